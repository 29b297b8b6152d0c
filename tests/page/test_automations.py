"""What is declared: which rules a pager gets, that Prefect takes each as it is meant, and what the messages say."""

from datetime import timedelta
from typing import Any

import pytest
from prefect.server.events.schemas.automations import AutomationCreate, EventTrigger, Posture
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.utilities.user_templates import register_user_template_filters, render_user_template_sync

from lifeguard.findings import Severity
from lifeguard.page.automations import NEVER_SEEN, STOPPED, Armed, declared
from lifeguard.page.messages import INCIDENT, Message
from lifeguard.page.pagers import Pager

BLOCK = "11111111-1111-4111-8111-111111111111"
ONCALL = Armed(Pager("oncall", "slack-webhook/oncall"), BLOCK)
HOSTILE = "{{ 7*7 }} | <b> {% raw %} {# #}"


def armed(name: str, *severities: Severity, pools: tuple[str, ...] = ("*",)) -> Armed:
    return Armed(Pager(name, f"slack-webhook/{name}", frozenset(severities), pools), BLOCK)


def names(*chosen: Armed) -> list[str]:
    return [rule["name"] for rule in declared(chosen)]


def rule(name: str) -> dict[str, Any]:
    return next(dict(each) for each in declared([ONCALL]) if each["name"] == name)


def as_prefect_takes_it(name: str) -> EventTrigger:
    trigger = AutomationCreate.model_validate(rule(name)).trigger
    assert isinstance(trigger, EventTrigger)
    return trigger


def test_a_pager_gets_a_rule_for_each_severity_and_those_about_silence_and_workers() -> None:
    assert names(ONCALL) == [
        "lifeguard: page critical [oncall]",
        "lifeguard: page warning [oncall]",
        NEVER_SEEN,
        STOPPED,
        "lifeguard: page when patrols stop [oncall]",
        "lifeguard: say when patrols are back [oncall]",
        "lifeguard: page when a pool loses its last worker [oncall]",
    ]


def test_who_wants_nothing_critical_hears_of_incidents_only() -> None:
    assert names(armed("team", Severity.INFO)) == ["lifeguard: page info [team]"]


def test_who_wants_some_pools_does_not_hear_of_every_pool_that_loses_its_worker() -> None:
    assert not [name for name in names(armed("etl", Severity.CRITICAL, pools=("etl-*",))) if "worker" in name]


def test_nobody_needs_no_rule() -> None:
    assert names() == []


def test_pagers_share_the_rules_that_see_silence() -> None:
    both = names(armed("one", Severity.CRITICAL), armed("two", Severity.CRITICAL))
    assert (both.count(NEVER_SEEN), both.count(STOPPED), len(both), len(set(both))) == (1, 1, 10, 10)


def test_an_incident_pages_by_labels_alone() -> None:
    assert rule("lifeguard: page critical [oncall]")["trigger"] == {
        "type": "event",
        "posture": "Reactive",
        "after": [],
        "expect": [
            "lifeguard.incident.opened",
            "lifeguard.incident.escalated",
            "lifeguard.incident.reminded",
            "lifeguard.incident.resolved",
        ],
        "match": {
            "prefect.resource.id": "lifeguard.incident.*",
            "lifeguard.severity": "critical",
            "lifeguard.pager.oncall": "page",
        },
        "match_related": {},
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
        "within": 0,
    }


@pytest.mark.parametrize("name", names(ONCALL))
def test_prefect_takes_each_rule_as_it_is_meant(name: str) -> None:
    trigger, meant = as_prefect_takes_it(name), rule(name)["trigger"]
    assert (trigger.after, trigger.expect, trigger.for_each, trigger.within) == (
        set(meant["after"]),
        set(meant["expect"]),
        set(meant["for_each"]),
        timedelta(seconds=meant["within"]),
    )


@pytest.mark.parametrize("name", names(ONCALL))
def test_what_sees_silence_pages_nobody_itself(name: str) -> None:
    """A proactive rule fires for ever without `after`, and never with `for_each` but without `after`."""
    trigger = as_prefect_takes_it(name)
    if trigger.posture is Posture.Proactive:
        assert rule(name)["actions"] == [{"type": "do-nothing"}]
        assert bool(trigger.after) == bool(trigger.for_each)


def no_link(_: object) -> None:
    return None


def rendered(message: Message, **payload: Any) -> tuple[str, list[str]]:
    """What Prefect's own engine makes of a message; no link is known to it here."""
    register_user_template_filters({"ui_url": no_link})
    event = ReceivedEvent.model_validate(
        {
            "occurred": "2026-11-22T12:00:00Z",
            "event": "lifeguard.incident.opened",
            "resource": {"prefect.resource.id": "lifeguard.incident.x", "prefect.resource.name": "etl"},
            "payload": {**OPENED, **payload},
            "id": BLOCK,
        }
    )
    context = {"event": event, "work_pool": None}
    subject, body = (render_user_template_sync(text, context) for text in (message.subject, message.body))
    return subject, body.splitlines()


OPENED = {
    "kind": "opened",
    "incident": 12,
    "severity": "critical",
    "title": "Work pool 'etl' has no live worker",
    "next": ["prefect worker start --pool etl", "prefect work-pool inspect etl"],
    "affected_runs": 3,
    "began_at": "2026-11-22T11:50:00.123456+00:00",
    "resolved_at": None,
}


def test_a_page_says_what_since_when_how_much_and_what_to_do() -> None:
    assert rendered(INCIDENT) == (
        "CRITICAL: Work pool 'etl' has no live worker",
        [
            "Since 2026-11-22 11:50:00 UTC. 3 runs are affected.",
            "Next: prefect worker start --pool etl",
            "Then: prefect work-pool inspect etl",
            "History: lifeguard incident 12",
        ],
    )


def test_the_end_of_an_incident_says_how_long_it_lasted_and_asks_for_nothing() -> None:
    assert rendered(INCIDENT, kind="resolved", resolved_at="2026-11-22T12:30:00+00:00", affected_runs=1) == (
        "RESOLVED: Work pool 'etl' has no live worker",
        [
            "It lasted from 2026-11-22 11:50:00 UTC to 2026-11-22 12:30:00 UTC. 1 run is affected.",
            "History: lifeguard incident 12",
        ],
    )


@pytest.mark.parametrize(
    ("kind", "first"),
    [("opened", "CRITICAL: "), ("escalated", "ESCALATED to critical: "), ("reminded", "STILL OPEN, critical: ")],
)
def test_the_first_words_say_what_kind_of_change_it_is(kind: str, first: str) -> None:
    assert rendered(INCIDENT, kind=kind)[0] == f"{first}Work pool 'etl' has no live worker"


def test_an_incident_without_a_history_or_runs_leaves_those_out() -> None:
    assert rendered(INCIDENT, incident=None, affected_runs=0, next=[])[1] == ["Since 2026-11-22 11:50:00 UTC."]


def test_text_of_users_is_never_a_template() -> None:
    subject, body = rendered(INCIDENT, title=HOSTILE, next=[HOSTILE])
    assert (subject, body[1]) == (f"CRITICAL: {HOSTILE}", f"Next: {HOSTILE}")
