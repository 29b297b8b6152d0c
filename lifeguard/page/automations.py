"""The automations that make pages of events, as data for `POST /automations/`.

Which triggers fire, and which never do or never stop, was measured on Prefect 3.8.8 and 3.9.1. A rule that sees silence
cannot be a proactive one alone: without `after` it catches "never ran" but fires for ever, with `after` it fires once but
forgets a server that was away for a minute. So both run, both do nothing, and one reactive rule for each pager pages
about either, at most once an hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifeguard.durations import short
from lifeguard.findings import Severity
from lifeguard.page.events import HEARTBEAT, INCIDENT_PREFIX, PATROL_NAME, PATROL_RESOURCE
from lifeguard.page.messages import BACK, INCIDENT, LAST_WORKER, Message, silence
from lifeguard.page.pagers import EVERY_POOL, PAGES, Pager

Automation = Mapping[str, Any]

TAG = "lifeguard"
SILENCE_SECONDS = 300
REPEATS_AFTER_SECONDS = 3600
LONGEST_SILENCE_SECONDS = 86400
"""Patrols that are back after a longer one are still told, since the rule that never stops firing renews it."""
LONGEST_READY_SECONDS = 86400
"""A pool that was ready for longer without any event is left to the patrols."""

NEVER_SEEN = "lifeguard: no patrol has completed"
STOPPED = "lifeguard: patrols have stopped"
TOLD = tuple(f"{INCIDENT_PREFIX}{kind}" for kind in ("opened", "escalated", "reminded", "resolved"))
TRIGGERED = "prefect.automation.triggered"
ID, NAME = "prefect.resource.id", "prefect.resource.name"


@dataclass(frozen=True, slots=True)
class Armed:
    """A pager, and the id of the notification block that sends for it."""

    pager: Pager
    block_document_id: str


def declared(armed: Sequence[Armed], silence_seconds: float = SILENCE_SECONDS) -> list[Automation]:
    """Every automation that these pagers need, each with a name of its own."""
    urgent = [each for each in armed if Severity.CRITICAL in each.pager.severities]
    rules = [_incidents(each, severity) for each in armed for severity in _worst_first(each.pager)]
    rules += _watches(silence_seconds) if urgent else []
    for each in urgent:
        rules += [_patrols_stop(each, silence_seconds), _patrols_are_back(each)]
        rules += [_last_worker(each)] if each.pager.pools == EVERY_POOL else []
    return rules


def incident_rule(pager: Pager, severity: Severity) -> str:
    """The name of the rule by which a pager pages about incidents of this severity."""
    return f"lifeguard: page {severity.value} [{pager.name}]"


def _worst_first(pager: Pager) -> list[Severity]:
    return sorted(pager.severities, key=lambda severity: -severity.rank)


def _incidents(armed: Armed, severity: Severity) -> Automation:
    """One event pages once: a reactive rule with `within` 0 and `for_each` fires for every event and keeps no state."""
    return _automation(
        incident_rule(armed.pager, severity),
        f"Pages about incidents that are {severity.value}.",
        _trigger(
            expect=TOLD,
            match={ID: f"{INCIDENT_PREFIX}*", "lifeguard.severity": severity.value, armed.pager.label: PAGES},
            for_each=[ID],
        ),
        _send(armed, INCIDENT),
    )


def _watches(silence_seconds: float) -> list[Automation]:
    """Both forms of a dead man's switch: one for what never ran, one for what ran and stopped."""
    match = {ID: PATROL_RESOURCE}
    nothing = {"type": "do-nothing"}
    never = _trigger("Proactive", expect=[HEARTBEAT], match=match, within=silence_seconds)
    stopped = _trigger(
        "Proactive", after=[HEARTBEAT], expect=[HEARTBEAT], match=match, for_each=[ID], within=silence_seconds
    )
    return [
        _automation(
            NEVER_SEEN, "Notices that no patrol completes, again and again; others page about it.", never, nothing
        ),
        _automation(STOPPED, "Notices once that patrols have stopped; others page about it.", stopped, nothing),
    ]


def _patrols_stop(armed: Armed, silence_seconds: float) -> Automation:
    """By the names of the two rules, since their ids change when they are made anew."""
    return _automation(
        f"lifeguard: page when patrols stop [{armed.pager.name}]",
        "Pages when no patrol completes, and every hour for as long as none does.",
        _trigger(
            expect=[TRIGGERED],
            match={ID: "prefect.automation.*", NAME: [NEVER_SEEN, STOPPED]},
            within=REPEATS_AFTER_SECONDS,
        ),
        _send(armed, silence(short(silence_seconds))),
    )


def _patrols_are_back(armed: Armed) -> Automation:
    return _automation(
        f"lifeguard: say when patrols are back [{armed.pager.name}]",
        "Tells once that patrols complete again after they had stopped.",
        _trigger(
            after=[TRIGGERED],
            expect=[HEARTBEAT],
            match={ID: ["prefect.automation.*", PATROL_RESOURCE], NAME: [NEVER_SEEN, STOPPED, PATROL_NAME]},
            within=LONGEST_SILENCE_SECONDS,
        ),
        _send(armed, BACK),
    )


def _last_worker(armed: Armed) -> Automation:
    """Only after `ready`: a pool that is new, paused or deleted is no news."""
    return _automation(
        f"lifeguard: page when a pool loses its last worker [{armed.pager.name}]",
        "Pages by Prefect's own events, even while no patrol runs.",
        _trigger(
            after=["prefect.work-pool.ready"],
            expect=["prefect.work-pool.not-ready"],
            match={ID: "prefect.work-pool.*"},
            for_each=[ID],
            within=LONGEST_READY_SECONDS,
        ),
        _send(armed, LAST_WORKER),
    )


def _trigger(
    posture: str = "Reactive",
    *,
    expect: Sequence[str],
    match: Mapping[str, str | list[str]],
    after: Sequence[str] = (),
    for_each: Sequence[str] = (),
    within: float = 0,
) -> dict[str, Any]:
    return {
        "type": "event",
        "posture": posture,
        "after": list(after),
        "expect": list(expect),
        "match": dict(match),
        "match_related": {},
        "for_each": list(for_each),
        "threshold": 1,
        "within": within,
    }


def _send(armed: Armed, message: Message) -> dict[str, Any]:
    return {
        "type": "send-notification",
        "block_document_id": armed.block_document_id,
        "subject": message.subject,
        "body": message.body,
    }


def _automation(name: str, what: str, trigger: dict[str, Any], action: dict[str, Any]) -> Automation:
    """Everything that a person could change is stated, so that a change is seen."""
    return {
        "name": name,
        "description": f"{what} Kept by prefect-lifeguard: `lifeguard arm` puts it back, `lifeguard disarm` removes it.",
        "enabled": True,
        "tags": [TAG],
        "trigger": trigger,
        "actions": [action],
        "actions_on_trigger": [],
        "actions_on_resolve": [],
    }
