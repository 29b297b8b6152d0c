"""The rule by which a pager hears that a rule of another one failed."""

from collections.abc import Iterable
from glob import escape

from lifeguard.page.messages import RULE_FAILED
from lifeguard.page.rule_names import FAILED
from lifeguard.page.rule_parts import ID, NAME, Armed, Automation, automation, event_trigger, send

REPEATS_AFTER_SECONDS = 3600


def message_not_sent(armed: Armed, others: Iterable[str]) -> Automation:
    """At most once an hour, about the rules of these names: never about its own, or those of this kind.

    Two pagers that are both broken would tell each other for ever. The server takes names for patterns, in which the
    brackets of ours would mean one of several characters.
    """
    return automation(
        f"lifeguard: page when a message could not be sent [{armed.pager.name}]",
        "Pages when a rule of another pager failed, at most once an hour.",
        event_trigger(
            expect=[FAILED],
            match={ID: "prefect.automation.*", NAME: [escape(name) for name in others]},
            within=REPEATS_AFTER_SECONDS,
        ),
        send(armed, RULE_FAILED),
    )
