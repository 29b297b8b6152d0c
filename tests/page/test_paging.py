"""From an event to the phone, on a real server: what is armed pages, once, whom it should, in words that can be read."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from lifeguard.findings import Severity
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.page.events import Event, event_id, incident_event
from lifeguard.page.group_events import group_event
from lifeguard.page.pagers import Pager
from lifeguard.page.reconcile import OWNER
from tests.builders import ago, finding
from tests.estate import wait_until
from tests.page.arming import arm, pager, post
from tests.page.receiver import Receiver, receiver, webhook
from tests.patience import ask, patient_client
from tests.prefect_server import PrefectServer

HOSTILE = "{{ 7*7 }} | <b> {% for x in y %} ${z}"


@pytest.fixture(scope="module")
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def phone(either_server: PrefectServer, phones: Receiver) -> Generator[str, None, None]:
    """A pager of a new name, whose block posts to the path of that name; all rules of ours are gone afterwards."""
    name = f"phone-{uuid4().hex[:8]}"
    with webhook(either_server.api_url, phones.port, name):
        yield name
    arm(either_server.api_url)


def change(
    kind: ChangeKind = ChangeKind.OPENED, pool: str = "etl", severity: str = "critical", runs: int = 1
) -> Change:
    found = finding(pool=pool, severity=severity, runs=runs)
    now = datetime.now(UTC)
    ended = now if kind is ChangeKind.RESOLVED else None
    seen = Incident(found, ago(60), now, found.severity, runs, opened_at=now, resolved_at=ended, id=12)
    return Change(kind, now, seen, id=3)


def told(changed: Change, *pagers: Pager) -> Event:
    wanting = [each.name for each in pagers if each.wants(changed.incident)]
    return incident_event(changed, event_id(changed, "the server"), wanting)


def ids_seen(api_url: str, *events: Event) -> bool:
    """Whether the server has stored all of these, which it does after its triggers had them."""
    wanted = [event["id"] for event in events]
    found = ask(api_url, "POST", "events/filter", {"filter": {"id": {"id": wanted}}})
    return len(found["events"]) == len(wanted)


def test_what_opens_pages_in_words_that_can_be_read(either_server: PrefectServer, phones: Receiver, phone: str) -> None:
    arm(either_server.api_url, pager(phone))
    post(either_server.api_url, told(change(runs=12), pager(phone)))
    message = phones.wait(phone)[0]
    assert message["subject"] == "CRITICAL: Work pool 'etl' has pool-no-workers"
    assert message["body"].splitlines() == [
        "Since 2026-11-22 11:59:00 UTC. 12 runs are affected.",
        "Next: prefect work-pool inspect etl",
        "History: lifeguard incident 12",
    ]


def test_what_is_posted_twice_pages_once(either_server: PrefectServer, phones: Receiver, phone: str) -> None:
    arm(either_server.api_url, pager(phone))
    once, later = told(change(), pager(phone)), told(change(pool="later"), pager(phone))
    post(either_server.api_url, once)
    phones.wait(phone)
    post(either_server.api_url, once, later)
    phones.wait(phone, 2)
    assert phones.subjects(phone) == [
        "CRITICAL: Work pool 'etl' has pool-no-workers",
        "CRITICAL: Work pool 'later' has pool-no-workers",
    ]


def test_each_change_says_first_what_it_is(either_server: PrefectServer, phones: Receiver, phone: str) -> None:
    arm(either_server.api_url, pager(phone))
    for number, kind in enumerate((ChangeKind.ESCALATED, ChangeKind.RESOLVED), start=1):
        post(either_server.api_url, told(change(kind), pager(phone)))
        phones.wait(phone, number)
    assert phones.subjects(phone) == [
        "ESCALATED to critical: Work pool 'etl' has pool-no-workers",
        "RESOLVED: Work pool 'etl' has pool-no-workers",
    ]
    assert phones.at(phone)[1]["body"].startswith("It lasted from 2026-11-22 11:59:00 UTC to ")


def test_many_at_once_are_one_message_that_names_them(
    either_server: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(either_server.api_url, pager(phone))
    post(either_server.api_url, group_event([change(pool=f"p{n}") for n in range(7)], str(uuid4()), [phone]))
    message = phones.wait(phone)[0]
    assert message["subject"] == ("CRITICAL: pool-no-workers in 7 work pools: 'p0', 'p1', 'p2', 'p3', 'p4' and 2 more")
    assert message["body"].splitlines() == [
        "Since 2026-11-22 11:59:00 UTC. 7 runs are affected.",
        "Nobody works on the pool: no worker's heartbeat is fresh.",
        "Where: p0, p1, p2, p3, p4, p5, p6",
        "Next: lifeguard check",
        "Then: lifeguard history --since 1h",
    ]


def test_a_beginning_that_is_told_after_its_end_says_so(
    either_server: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(either_server.api_url, pager(phone))
    opened = change()
    over = replace(opened, incident=replace(opened.incident, resolved_at=ago(30)))
    post(either_server.api_url, told(over, pager(phone)))
    message = phones.wait(phone)[0]
    assert message["subject"] == "CRITICAL, over by now: Work pool 'etl' has pool-no-workers"
    assert message["body"].startswith("Since 2026-11-22 11:59:00 UTC. It ended at 2026-11-22 11:59:30 UTC. 1 run is")


def test_each_pager_hears_of_its_own_severities_and_pools(
    either_server: PrefectServer, phones: Receiver, phone: str
) -> None:
    second = f"{phone}-b"
    with webhook(either_server.api_url, phones.port, second):
        both = (
            pager(phone, frozenset({Severity.CRITICAL})),
            pager(second, frozenset({Severity.WARNING}), ("etl-*",)),
        )
        arm(either_server.api_url, *both)
        cases = (("etl-1", "critical"), ("etl-2", "warning"), ("web", "warning"), ("web", "info"), ("web", "critical"))
        events = [told(change(pool=name, severity=severity), *both) for name, severity in cases]
        post(either_server.api_url, *events)
        wait_until(lambda: ids_seen(either_server.api_url, *events), "the events are stored")
        phones.wait(phone, 2)
        phones.wait(second, 1)
    assert sorted(phones.subjects(phone)) == [
        "CRITICAL: Work pool 'etl-1' has pool-no-workers",
        "CRITICAL: Work pool 'web' has pool-no-workers",
    ]
    assert phones.subjects(second) == ["WARNING: Work pool 'etl-2' has pool-no-workers"]


def test_names_that_look_like_templates_or_html_arrive_as_text(
    either_server: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(either_server.api_url, pager(phone))
    post(either_server.api_url, told(change(pool=HOSTILE), pager(phone)))
    message = phones.wait(phone)[0]
    assert message["subject"] == f"CRITICAL: Work pool '{HOSTILE}' has pool-no-workers"
    assert f"Next: prefect work-pool inspect {HOSTILE}" in message["body"].splitlines()


def test_disarmed_pages_nobody_and_leaves_the_rules_of_others(
    either_server: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(either_server.api_url, pager(phone))
    event = told(change(), pager(phone))
    with patient_client(either_server.api_url) as http:
        ours = http.get(f"/automations/related-to/{OWNER}").json()
        body = {name: ours[0][name] for name in ("name", "description", "tags", "trigger")}
        theirs = http.post("/automations/", json={**body, "actions": [{"type": "do-nothing"}]}).json()["id"]
        arm(either_server.api_url)
        post(either_server.api_url, event)
        wait_until(lambda: ids_seen(either_server.api_url, event), "the event is stored")
        assert (http.get(f"/automations/related-to/{OWNER}").json(), phones.at(phone)) == ([], [])
        assert http.delete(f"/automations/{theirs}").status_code == 204
