"""The automations that make pages of events, as data: which ones each pager needs, and those about incidents.

Which triggers fire, and which never do or never stop, was measured on Prefect 3.8.8 and 3.9.1.
"""

from collections.abc import Sequence

from lifeguard.findings import Severity
from lifeguard.page import silence_rules
from lifeguard.page.events import GROUP_PREFIX, INCIDENT_PREFIX
from lifeguard.page.explain_rule import explain_late_runs
from lifeguard.page.messages import INCIDENT
from lifeguard.page.native_rule import last_worker
from lifeguard.page.pagers import EVERY_POOL, PAGES, Pager
from lifeguard.page.rule_names import incident_rule
from lifeguard.page.rule_parts import ID, Armed, Automation, automation, event_trigger, send
from lifeguard.page.silence_rules import SILENCE_SECONDS
from lifeguard.page.unsent_rule import message_not_sent

KINDS = ("opened", "escalated", "reminded", "resolved")
TOLD = tuple(f"{prefix}{kind}" for prefix in (INCIDENT_PREFIX, GROUP_PREFIX) for kind in KINDS)


def declared(
    armed: Sequence[Armed], silence_seconds: float = SILENCE_SECONDS, explain_deployment_id: str | None = None
) -> list[Automation]:
    """Every automation that these pagers need, each with a name of its own, and the one that explains late runs."""
    own = {each.pager.name: _of_one_pager(each, silence_seconds) for each in armed}
    urgent = [each for each in armed if Severity.CRITICAL in each.pager.severities]
    explain = [explain_late_runs(explain_deployment_id)] if explain_deployment_id else []
    rules = [rule for rules in own.values() for rule in rules]
    rules += silence_rules.watches(silence_seconds) if urgent else []
    rules += explain
    for each in urgent:
        others = [*(rule for name, rules in own.items() if name != each.pager.name for rule in rules), *explain]
        rules += [message_not_sent(each, [rule["name"] for rule in others])] if others else []
    return rules


def _of_one_pager(armed: Armed, silence_seconds: float) -> list[Automation]:
    """The rules that tell one pager of anything but failed rules of others."""
    rules = [_incidents(armed, severity) for severity in _worst_first(armed.pager)]
    if Severity.CRITICAL in armed.pager.severities:
        rules += silence_rules.of_one_pager(armed, silence_seconds)
        rules += [last_worker(armed, silence_seconds)] if armed.pager.pools == EVERY_POOL else []
    return rules


def _worst_first(pager: Pager) -> list[Severity]:
    return sorted(pager.severities, key=lambda severity: -severity.rank)


def _incidents(armed: Armed, severity: Severity) -> Automation:
    """One event pages once: a reactive rule with `within` 0 and `for_each` fires for every event and keeps no state."""
    return automation(
        incident_rule(armed.pager.name, severity),
        f"Pages about incidents that are {severity.value}.",
        event_trigger(
            expect=TOLD,
            match={
                ID: [f"{INCIDENT_PREFIX}*", f"{GROUP_PREFIX}*"],
                "lifeguard.severity": severity.value,
                armed.pager.label: PAGES,
            },
            for_each=[ID],
        ),
        send(armed, INCIDENT),
    )
