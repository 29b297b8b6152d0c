"""Who watches the watcher, on a real server: patrols that stop are one page, those that come back one message."""

import sqlite3
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from time import monotonic, sleep
from uuid import uuid4

import pytest

from lifeguard.page.events import HEARTBEAT, PATROL_NAME, PATROL_RESOURCE, Event
from lifeguard.page.silence_rules import NEVER_SEEN, STOPPED
from tests.estate import Estate, wait_until
from tests.page.arming import arm, ask, pager, post
from tests.page.receiver import Receiver, receiver, webhook
from tests.page.restarted_server import RestartedServer, restarted_server
from tests.prefect_server import DATABASE

pytestmark = pytest.mark.timeout(240)
UI = "https://prefect.example"
FAST = {
    "PREFECT_UI_URL": UI,
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE": "2",
    "PREFECT_SERVER_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS": "5",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
}
SHORTEST_SILENCE = 10
"""The shortest `within` that a proactive trigger may have."""
STOP = "CRITICAL: no patrol of Lifeguard has completed for 10 s"
BACK = "RESOLVED: patrols of Lifeguard complete again"


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Generator[RestartedServer, None, None]:
    """A server of its own: rules that see silence must not wake up in other tests."""
    with restarted_server(tmp_path_factory.mktemp("prefect"), FAST) as running:
        yield running


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def phone(fast: RestartedServer, phones: Receiver) -> Generator[str, None, None]:
    with webhook(fast.api_url, phones.port, "phone"):
        yield "phone"
    arm(fast.api_url)


@pytest.fixture
def estate(fast: RestartedServer) -> Generator[Estate, None, None]:
    with Estate(fast.api_url) as built:
        yield built
        built.raze()


def beat() -> Event:
    return {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": HEARTBEAT,
        "resource": {"prefect.resource.id": PATROL_RESOURCE, "prefect.resource.name": PATROL_NAME},
        "related": [],
        "payload": {"complete": True, "findings": 2, "recorded": True, "pools": 1, "api_calls": 17},
    }


def incident(pager: str) -> Event:
    """One that this pager is to hear of."""
    labels = {"lifeguard.severity": "critical", f"lifeguard.pager.{pager}": "page"}
    return {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "lifeguard.incident.opened",
        "resource": {"prefect.resource.id": "lifeguard.incident.x", "prefect.resource.name": "x", **labels},
        "related": [],
        "payload": {"kind": "opened", "severity": "critical", "title": "something else"},
    }


def names_of(api_url: str, event: str) -> list[str]:
    """The names of the resources of all stored events of this name."""
    found = ask(api_url, "events/filter", {"filter": {"event": {"name": [event]}}})
    return [each["resource"]["prefect.resource.name"] for each in found["events"]]


def times_noticed(api_url: str) -> int:
    return names_of(api_url, "prefect.automation.triggered").count(NEVER_SEEN)


def heartbeats_counted(server: RestartedServer) -> int:
    """How many buckets the rule has that waits for patrols to stop; no endpoint shows them."""
    counted = (
        "SELECT count(*) FROM automation_bucket JOIN automation ON automation.id = automation_bucket.automation_id "
        "WHERE automation.name = ?"
    )
    with closing(sqlite3.connect(f"file:{server.home / DATABASE}?mode=ro", uri=True)) as database:
        number: int = database.execute(counted, [STOPPED]).fetchone()[0]
    return number


def shown(event: Event) -> str:
    return f"{datetime.fromisoformat(event['occurred']):%Y-%m-%d %H:%M:%S} UTC"


def test_every_silence_is_one_page_and_its_end_one_message(fast: RestartedServer, phones: Receiver, phone: str) -> None:
    silence = 2 * SHORTEST_SILENCE
    stop = f"CRITICAL: no patrol of Lifeguard has completed for {silence} s"
    arm(fast.api_url, pager(phone), silence_seconds=silence)
    last = beat()
    post(fast.api_url, last)
    phones.wait(phone)
    before = times_noticed(fast.api_url)
    wait_until(lambda: times_noticed(fast.api_url) > before, "the silence is noticed again", 60)
    back = beat()
    post(fast.api_url, back)
    phones.wait(phone, 3)
    assert phones.subjects(phone) == [stop, BACK, stop]
    assert phones.at(phone)[0]["body"].splitlines()[:2] == [
        f"Until one does, nobody is told when runs do not start. The last one completed at {shown(last)}.",
        "Next: lifeguard check",
    ]
    assert phones.at(phone)[1]["body"].splitlines() == [
        f"One completed at {shown(back)}. It found 2; see lifeguard check.",
        f"Event: {UI}/events/event/{back['occurred'][:10]}/{back['id']}",
    ]


def test_patrols_that_never_ran_are_a_page_and_a_lost_last_worker_is_another(
    fast: RestartedServer, phones: Receiver, phone: str, estate: Estate
) -> None:
    arm(fast.api_url, pager(phone), silence_seconds=SHORTEST_SILENCE)
    estate.pool("never-staffed")
    estate.pool("push", "ecs:push")
    estate.change_pool(estate.staffed_pool("paused"), is_paused=True)
    estate.delete_pool(estate.staffed_pool("deleted"))
    silent = phones.wait(phone)[0]
    name = estate.pool("{{ 7*7 }} | $(b)")
    estate.worker(name, every=2)
    lost = phones.wait(phone, 2)[1]
    assert phones.subjects(phone) == [STOP, f"WARNING: work pool '{name}' has lost its last worker"]
    assert silent["body"].startswith("Until one does, nobody is told when runs do not start.\nNext: lifeguard check\n")
    assert f"Work pool: {UI}/work-pools/work-pool/%7B%7B%207%2A7%20%7D%7D%20%7C%20%24%28b%29" in lost["body"]


def test_a_lost_last_worker_is_left_to_patrols_that_run(
    fast: RestartedServer, phones: Receiver, phone: str, estate: Estate
) -> None:
    arm(fast.api_url, pager(phone), silence_seconds=2 * SHORTEST_SILENCE)
    estate.worker(estate.pool("bakery"), every=2)

    def has_lost_its_worker() -> bool:
        post(fast.api_url, beat())
        sleep(1)
        return names_of(fast.api_url, "prefect.work-pool.not-ready").count("bakery") == 2

    wait_until(has_lost_its_worker, "the pool is not ready, once more than at the beginning", 60)
    post(fast.api_url, incident(phone))
    assert [message["subject"] for message in phones.wait(phone)] == ["CRITICAL: something else"]


def test_a_server_that_was_killed_and_started_again_pages_about_the_silence(
    fast: RestartedServer, phones: Receiver, phone: str
) -> None:
    """A page within twice the silence and 10 s after the last heartbeat, of which a busy machine needs 30 s for the start."""
    silence = 40
    arm(fast.api_url, pager(phone), silence_seconds=silence)
    before = names_of(fast.api_url, HEARTBEAT)
    post(fast.api_url, beat())
    last = monotonic()
    wait_until(lambda: names_of(fast.api_url, HEARTBEAT) > before, "the heartbeat is stored")
    wait_until(lambda: heartbeats_counted(fast) > 0, "the rule has counted it")
    fast.kill()
    fast.start()
    phones.wait(phone, limit_seconds=2 * silence + 10 - (monotonic() - last))
    assert phones.subjects(phone) == [f"CRITICAL: no patrol of Lifeguard has completed for {silence} s"]
