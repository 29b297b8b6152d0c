"""What is declared: which rules a pager gets, that Prefect takes each as it is meant, and what the messages say."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from prefect.server.events.schemas.automations import AutomationCreate, EventTrigger, Posture
from prefect.server.events.schemas.events import ReceivedEvent, Resource
from prefect.server.utilities.user_templates import register_user_template_filters, render_user_template_sync

from lifeguard.findings import Severity
from lifeguard.page.automations import declared
from lifeguard.page.explain_rule import EXPLAIN_LATE_RUNS
from lifeguard.page.messages import INCIDENT, LAST_WORKER, RULE_FAILED, Message, silence
from lifeguard.page.pagers import Pager
from lifeguard.page.rule_parts import Armed
from lifeguard.page.silence_rules import NEVER_SEEN, STOPPED

DEPLOYMENT = "22222222-2222-4222-8222-222222222222"
BLOCK = "11111111-1111-4111-8111-111111111111"
ONCALL = Armed(Pager("oncall", "slack-webhook/oncall"), BLOCK)
HOSTILE = "{{ 7*7 }} | <b> {% raw %} {# #}"


def armed(name: str, *severities: Severity, pools: tuple[str, ...] = ("*",)) -> Armed:
    return Armed(Pager(name, f"slack-webhook/{name}", frozenset(severities), pools), BLOCK)


def names(*chosen: Armed) -> list[str]:
    return [rule["name"] for rule in declared(chosen)]


RULES: Mapping[str, Mapping[str, Any]] = {
    each["name"]: each for each in declared([ONCALL, armed("team", Severity.CRITICAL)], 300, DEPLOYMENT)
}


def event_triggers(name: str) -> list[tuple[EventTrigger, dict[str, Any]]]:
    """Each trigger on events of a rule, as Prefect takes it and as it is declared; its check writes into what it checks."""
    taken = AutomationCreate.model_validate(deepcopy(RULES[name])).trigger.all_triggers()
    meant = RULES[name]["trigger"]
    pairs = zip((each for each in taken if isinstance(each, EventTrigger)), meant.get("triggers", [meant]), strict=True)
    return list(pairs)


def test_a_pager_gets_a_rule_for_each_severity_and_those_about_silence_and_workers() -> None:
    assert names(ONCALL) == [
        "lifeguard: page critical [oncall]",
        "lifeguard: page warning [oncall]",
        "lifeguard: page when patrols stop [oncall]",
        "lifeguard: page again while patrols stay away [oncall]",
        "lifeguard: say when patrols are back [oncall]",
        "lifeguard: page when a pool loses its last worker [oncall]",
        NEVER_SEEN,
        STOPPED,
    ]


def test_who_wants_nothing_critical_hears_of_incidents_only() -> None:
    assert names(armed("team", Severity.INFO)) == ["lifeguard: page info [team]"]
    assert names(armed("team", Severity.INFO), armed("mail", Severity.WARNING))[1:] == [
        "lifeguard: page warning [mail]"
    ]


def test_who_wants_some_pools_does_not_hear_of_every_pool_that_loses_its_worker() -> None:
    assert not [name for name in names(armed("etl", Severity.CRITICAL, pools=("etl-*",))) if "worker" in name]


def test_nobody_needs_no_rule() -> None:
    assert names() == []


def test_pagers_share_the_rules_that_see_silence() -> None:
    both = names(armed("one", Severity.CRITICAL), armed("two", Severity.CRITICAL))
    assert (both.count(NEVER_SEEN), both.count(STOPPED), len(both), len(set(both))) == (1, 1, 14, 14)


def test_late_runs_are_explained_where_there_is_something_that_explains() -> None:
    with_it = [rule["name"] for rule in declared([ONCALL], 300, DEPLOYMENT)]
    assert set(with_it) - set(names(ONCALL)) == {
        EXPLAIN_LATE_RUNS,
        "lifeguard: page when a message could not be sent [oncall]",
    }


def test_a_failed_rule_is_told_to_others_and_never_in_a_circle() -> None:
    one, two, info = armed("one", Severity.CRITICAL), armed("two", Severity.CRITICAL), armed("three", Severity.INFO)
    told = {
        rule["name"].partition("[")[2].rstrip("]"): rule["trigger"]["match"]["prefect.resource.name"]
        for rule in declared([one, two, info])
        if "could not be sent" in rule["name"]
    }
    assert sorted(told) == ["one", "two"]
    assert sorted(told["two"]) == [
        "lifeguard: page again while patrols stay away [[]one]",
        "lifeguard: page critical [[]one]",
        "lifeguard: page info [[]three]",
        "lifeguard: page when a pool loses its last worker [[]one]",
        "lifeguard: page when patrols stop [[]one]",
        "lifeguard: say when patrols are back [[]one]",
    ]


def test_the_pattern_of_a_name_means_that_name() -> None:
    trigger, _ = event_triggers("lifeguard: page when a message could not be sent [oncall]")[0]
    told = [name for name in RULES if trigger.covers_resources(automation(name), [])]
    assert set(told) == {name for name in RULES if "[team]" in name and "sent" not in name} | {EXPLAIN_LATE_RUNS}


def automation(name: str) -> Resource:
    return Resource({"prefect.resource.id": f"prefect.automation.{BLOCK}", "prefect.resource.name": name})


def test_an_incident_pages_by_labels_alone() -> None:
    kinds = ("opened", "escalated", "reminded", "resolved")
    assert RULES["lifeguard: page critical [oncall]"]["trigger"] == {
        "type": "event",
        "posture": "Reactive",
        "after": [],
        "expect": [f"lifeguard.{one_or_many}.{kind}" for one_or_many in ("incident", "incidents") for kind in kinds],
        "match": {
            "prefect.resource.id": ["lifeguard.incident.*", "lifeguard.incidents.*"],
            "lifeguard.severity": "critical",
            "lifeguard.pager.oncall": "page",
        },
        "match_related": {},
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
        "within": 0,
    }


@pytest.mark.parametrize(("silence", "noticed"), [(300, 10), (60, 54), (1800, 2)])
def test_a_silence_is_told_again_after_nearly_an_hour_of_noticing_it(silence: float, noticed: int) -> None:
    again = next(rule for rule in declared([ONCALL], silence) if "stay away" in rule["name"])["trigger"]
    assert (again["threshold"], again["within"], again["after"]) == (noticed, 3600, [])


def test_the_second_path_waits_for_a_silence() -> None:
    trigger = RULES["lifeguard: page when a pool loses its last worker [oncall]"]["trigger"]
    assert (trigger["require"], trigger["within"]) == ("all", 660)
    assert [each["expect"] for each in trigger["triggers"]] == [
        ["prefect.automation.triggered"],
        ["prefect.work-pool.not-ready"],
    ]


@pytest.mark.parametrize("name", RULES)
def test_prefect_takes_each_rule_as_it_is_meant(name: str) -> None:
    for trigger, meant in event_triggers(name):
        assert (trigger.after, trigger.expect, trigger.for_each, trigger.within, trigger.threshold) == (
            set(meant["after"]),
            set(meant["expect"]),
            set(meant["for_each"]),
            timedelta(seconds=meant["within"]),
            meant["threshold"],
        )


@pytest.mark.parametrize("name", RULES)
def test_what_sees_silence_pages_nobody_itself(name: str) -> None:
    """A proactive rule fires for ever without `after`, and never with `for_each` but without `after`."""
    for trigger, _ in event_triggers(name):
        if trigger.posture is Posture.Proactive:
            assert RULES[name]["actions"] == [{"type": "do-nothing"}]
            assert bool(trigger.after) == bool(trigger.for_each)


def no_link(_: object) -> None:
    return None


def event(name: str, resource: str, of: str, payload: Mapping[str, Any]) -> ReceivedEvent:
    return ReceivedEvent.model_validate(
        {
            "occurred": "2026-11-22T12:00:00Z",
            "event": name,
            "resource": {"prefect.resource.id": resource, "prefect.resource.name": of},
            "payload": payload,
            "id": BLOCK,
        }
    )


def filled_in(message: Message, *events: ReceivedEvent) -> tuple[str, list[str]]:
    """What Prefect's own engine makes of a message, the first of these being what fired; no link is known to it here."""
    register_user_template_filters({"ui_url": no_link})
    context = {"event": events[0], "events": list(events), "work_pool": None}
    subject, body = (render_user_template_sync(text, context) for text in (message.subject, message.body))
    return subject, body.splitlines()


def rendered(message: Message, **payload: Any) -> tuple[str, list[str]]:
    """A message about an incident."""
    told = event("lifeguard.incident.opened", "lifeguard.incident.x", "etl", {**OPENED, **payload})
    return filled_in(message, told)


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


def noticed(rule: str, last: str | None) -> tuple[str, list[str]]:
    """What is said when a rule has noticed a silence, with the last heartbeat in its event or without one."""
    payload = {"triggering_event": {"occurred": last} if last else None}
    told = event("prefect.automation.triggered", f"prefect.automation.{BLOCK}", rule, payload)
    return filled_in(silence("5 m", NEVER_SEEN), told)


def test_a_silence_says_when_the_last_patrol_completed_if_one_did() -> None:
    subject, body = noticed(STOPPED, "2026-11-22T11:55:00+00:00")
    assert subject == "CRITICAL: no patrol of Lifeguard has completed for 5 m"
    assert body[0].endswith(" do not start. The last one completed at 2026-11-22 11:55:00 UTC.")
    assert noticed(NEVER_SEEN, None) == (
        subject,
        ["Until one does, nobody is told when runs do not start.", *body[1:]],
    )


def test_a_silence_that_its_own_end_made_noticed_is_not_told_as_one() -> None:
    assert noticed(NEVER_SEEN, "2026-11-22T12:00:00+00:00") == (
        "RESOLVED: patrols of Lifeguard complete again",
        ["One completed at 2026-11-22 12:00:00 UTC."],
    )


def test_the_pool_that_lost_its_worker_is_named_whatever_fired_the_rule() -> None:
    silent = event("prefect.automation.triggered", f"prefect.automation.{BLOCK}", NEVER_SEEN, {})
    lost = event("prefect.work-pool.not-ready", f"prefect.work-pool.{BLOCK}", HOSTILE, {})
    subject, body = filled_in(LAST_WORKER, silent, lost, silent)
    assert (subject, body[1:]) == (
        f"WARNING: work pool '{HOSTILE}' has lost its last worker",
        ["Next: lifeguard check"],
    )
    assert body[0].startswith("Prefect itself says so since 2026-11-22 12:00:00 UTC. ")
    assert filled_in(LAST_WORKER, lost, lost, silent) == (subject, body)


def failed(**payload: str) -> tuple[str, list[str]]:
    rule = "lifeguard: page critical [team]"
    return filled_in(
        RULE_FAILED, event("prefect.automation.action.failed", f"prefect.automation.{BLOCK}", rule, payload)
    )


def test_a_failed_message_is_told_without_what_may_hold_a_secret() -> None:
    assert failed(action_type="send-notification", reason="Webhook call failed: https://hooks.example/hunter2") == (
        "WARNING: a message of Lifeguard could not be sent",
        [
            "The rule 'lifeguard: page critical [team]' failed at 2026-11-22 12:00:00 UTC (Webhook call failed).",
            "Next: lifeguard page --test",
        ],
    )


def test_a_failed_explanation_is_told_with_the_way_to_its_deployment() -> None:
    assert failed(action_type="run-deployment") == (
        "WARNING: late runs are not explained",
        [
            "The rule 'lifeguard: page critical [team]' failed at 2026-11-22 12:00:00 UTC.",
            "Next: prefect deployment inspect explain_run/explain_run",
        ],
    )
