"""The second path: Prefect's own events about workers page while no patrol of Lifeguard completes, and only then."""

from lifeguard.page.messages import LAST_WORKER
from lifeguard.page.rule_names import TRIGGERED
from lifeguard.page.rule_parts import ID, Armed, Automation, all_of, automation, event_trigger, send
from lifeguard.page.silence_rules import NOTICED

LONGEST_READY_SECONDS = 30 * 86400
"""A pool that was ready for longer without any event is left to the patrols."""
SLACK_SECONDS = 60


def last_worker(armed: Armed, silence_seconds: float) -> Automation:
    """A pool that was ready has no worker any more, and a silence was noticed not long before or after.

    Between two times that a silence is noticed lie up to two of `silence_seconds` (see `watches`). The server keeps one
    firing of each of the two triggers and forgets both when it pages, so of many pools the first pages at once and
    the last of the others when the silence is noticed next. Only after `ready`: a pool that is new, paused or deleted
    is no news.
    """
    return automation(
        f"lifeguard: page when a pool loses its last worker [{armed.pager.name}]",
        "Pages by Prefect's own events while no patrol completes.",
        all_of(
            event_trigger(expect=[TRIGGERED], match=NOTICED),
            event_trigger(
                after=["prefect.work-pool.ready"],
                expect=["prefect.work-pool.not-ready"],
                match={ID: "prefect.work-pool.*"},
                for_each=[ID],
                within=LONGEST_READY_SECONDS,
            ),
            within=2 * silence_seconds + SLACK_SECONDS,
        ),
        send(armed, LAST_WORKER),
    )
