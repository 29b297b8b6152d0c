"""What an event says: the same for the same change, safe for any template, and of the size of a message."""

from collections.abc import Iterable
from dataclasses import replace

import orjson
import pytest

from lifeguard.findings import Severity
from lifeguard.incidents import Change, ChangeKind, Changes, Incident
from lifeguard.page.events import TEXT_CHARACTERS, Event, event_id, heartbeat, incident_event
from lifeguard.page.pagers import Pager
from lifeguard.page.unrecorded import changes_without_history
from lifeguard.what_changed import SeenChange, WhatChanged
from tests.builders import NOW, ago, ahead, finding, judgement

SERVER = "http://prefect.example/api"
HOSTILE = "{{ 7*7 }} | <b> \x1b[31m \u202e 'x' \"y\" 😀"


def change(kind: ChangeKind = ChangeKind.OPENED, at: float = 0, name: str = "etl", **how: object) -> Change:
    found = finding(pool=name, due=600, **how)  # type: ignore[arg-type]
    incident = Incident(found, NOW, ahead(at), found.severity, 3, ago(600), opened_at=NOW, id=7)
    return Change(kind, ahead(at), incident, id=1)


def told(changed: Change, pagers: Iterable[Pager] = ()) -> Event:
    wanting = [pager.name for pager in pagers if pager.wants(changed.incident)]
    return incident_event(changed, event_id(changed, SERVER), wanting)


def event(kind: ChangeKind = ChangeKind.OPENED, at: float = 0) -> Event:
    return told(change(kind, at))


def test_an_event_is_named_after_the_change_and_is_about_the_incident() -> None:
    told = event()
    assert told["event"] == "lifeguard.incident.opened"
    assert told["resource"] == {
        "prefect.resource.id": "lifeguard.incident.pool-no-workers:work-pool:pool-etl",
        "prefect.resource.name": "etl",
        "lifeguard.code": "pool-no-workers",
        "lifeguard.severity": "critical",
        "lifeguard.work-pool": "etl",
        "lifeguard.explained": "no",
        "lifeguard.attempt": "1",
    }


def test_templates_can_resolve_the_work_pool() -> None:
    assert event()["related"] == [
        {
            "prefect.resource.id": "prefect.work-pool.pool-etl",
            "prefect.resource.role": "work-pool",
            "prefect.resource.name": "etl",
        }
    ]


def test_the_payload_says_what_since_when_how_many_and_what_next() -> None:
    payload = event()["payload"]
    shown = {name: payload[name] for name in ("incident", "title", "began_at", "affected_runs", "next")}
    assert shown == {
        "incident": 7,
        "title": "Work pool 'etl' has pool-no-workers",
        "began_at": "2026-11-22T11:50:00+00:00",
        "affected_runs": 3,
        "next": ["prefect work-pool inspect etl"],
    }


def test_the_payload_says_what_changed_before_in_two_lines_the_newest_first() -> None:
    done = [SeenChange(ago(60 * minutes), f"{HOSTILE} {minutes}") for minutes in (9, 4, 3)]
    opened = replace(change().incident, what_changed=WhatChanged(tuple(done)))
    lines = told(Change(ChangeKind.OPENED, NOW, opened))["payload"]["changed"]
    assert [line.partition(" at ")[2] for line in lines] == ["11:57 UTC, 3 min before", "11:56 UTC, 4 min before"]
    assert "\x1b" not in str(lines) and event()["payload"]["changed"] == []


def test_the_same_change_has_the_same_id_whoever_tells_it() -> None:
    again = told(replace(change(), id=99))
    assert again["id"] == event()["id"]


@pytest.mark.parametrize("other", [event(ChangeKind.RESOLVED), event(at=1), told(change(name="ml"))])
def test_another_change_has_another_id(other: Event) -> None:
    assert other["id"] != event()["id"]


def test_two_servers_share_no_id() -> None:
    assert event_id(change(), "http://other.example/api") != event()["id"]


def test_keys_hold_no_dots_and_everything_is_json() -> None:
    dotted = replace(change().incident.finding, evidence={"a.b": ago(5), "n": None, "x": 1.5})
    incident = replace(change().incident, finding=dotted)
    payload = told(Change(ChangeKind.OPENED, NOW, incident))["payload"]
    assert orjson.loads(orjson.dumps(payload))["evidence"] == {"a_b": "2026-11-22T11:59:55+00:00", "n": None, "x": 1.5}


def test_what_nobody_would_see_in_a_message_is_written_as_an_escape() -> None:
    text = str(told(change(name=HOSTILE))["payload"]["title"])
    assert "{{ 7*7 }} | <b>" in text and "😀" in text
    assert "\x1b" not in text and "\u202e" not in text


def test_a_name_of_any_length_makes_a_message_of_some_length() -> None:
    payload = told(change(name="x" * 100_000))["payload"]
    assert len(payload["title"]) == TEXT_CHARACTERS


def test_each_pager_that_wants_it_has_a_label_and_no_other() -> None:
    pagers = [
        Pager("oncall", "slack-webhook/oncall"),
        Pager("chat", "slack-webhook/chat", frozenset({Severity.WARNING})),
        Pager("etl-team", "slack-webhook/etl", pools=("etl*",)),
        Pager("ml-team", "slack-webhook/ml", pools=("ml",)),
    ]
    labels = {
        name: value for name, value in told(change(), pagers)["resource"].items() if name.startswith("lifeguard.pager.")
    }
    assert labels == {"lifeguard.pager.oncall": "page", "lifeguard.pager.etl-team": "page"}


def test_what_another_incident_explains_pages_nobody() -> None:
    explained = change(caused_by="pool-paused:work-pool:pool-etl")
    resource = told(explained, [Pager("oncall", "slack-webhook/oncall")])["resource"]
    assert (resource["lifeguard.explained"], "lifeguard.pager.oncall" in resource) == ("yes", False)


def test_the_heartbeat_says_what_the_patrol_saw() -> None:
    beat = heartbeat(judgement(), Changes(), "2f0f6a1e-1111-4c1e-9d6e-0d6a5f1a0001")
    assert (beat["event"], beat["resource"]["prefect.resource.id"]) == (
        "lifeguard.patrol.completed",
        "lifeguard.patrol",
    )
    assert beat["payload"] == {"complete": True, "findings": 0, "recorded": True, "pools": 1, "api_calls": 0}


def test_without_a_history_only_what_is_certain_and_critical_is_told() -> None:
    findings = [
        finding(pool="a"),
        finding(pool="b", severity="warning"),
        finding(pool="c", is_confirmed=False),
        finding(pool="d", caused_by="x"),
    ]
    told = changes_without_history(judgement(findings=findings))
    assert [each.incident.fingerprint for each in told] == ["pool-no-workers:work-pool:pool-a"]


def test_without_a_history_the_same_is_told_once_in_half_an_hour() -> None:
    looks = [judgement(findings=[finding()], at=at) for at in (0, 60, 1740, 1800)]
    ids = [told(each)["id"] for look in looks for each in changes_without_history(look)]
    assert (ids[0] == ids[1] == ids[2], ids[3] != ids[0]) == (True, True)
