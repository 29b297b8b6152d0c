"""Who watches the watcher, on a real server: patrols that stop are one page, those that come back one message."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lifeguard.page.automations import NEVER_SEEN
from lifeguard.page.events import HEARTBEAT, PATROL_NAME, PATROL_RESOURCE, Event
from tests.estate import Estate, wait_until
from tests.page.arming import arm, pager, post
from tests.page.receiver import Receiver, receiver, webhook
from tests.prefect_server import PrefectServer, prefect_server

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


@pytest.fixture(scope="module")
def fast() -> Generator[PrefectServer, None, None]:
    """A server of its own: rules that see silence must not wake up in other tests."""
    with prefect_server(FAST) as running:
        yield running


@pytest.fixture
def phones() -> Generator[Receiver, None, None]:
    with receiver() as running:
        yield running


@pytest.fixture
def phone(fast: PrefectServer, phones: Receiver) -> Generator[str, None, None]:
    with webhook(fast.api_url, phones.port, "phone"):
        yield "phone"
    arm(fast.api_url)


def beat() -> Event:
    return {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": HEARTBEAT,
        "resource": {"prefect.resource.id": PATROL_RESOURCE, "prefect.resource.name": PATROL_NAME},
        "related": [],
        "payload": {"complete": True, "findings": 2, "recorded": True, "pools": 1, "api_calls": 17},
    }


def times_fired(api_url: str, automation: str) -> int:
    wanted = {"event": {"name": ["prefect.automation.triggered"]}}
    found = httpx.post(f"{api_url}/events/filter", json={"filter": wanted}, timeout=30, trust_env=False).json()
    return sum(each["resource"]["prefect.resource.name"] == automation for each in found["events"])


def test_patrols_that_stop_are_one_page_and_that_come_back_one_message(
    fast: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(fast.api_url, pager(phone), silence_seconds=SHORTEST_SILENCE)
    last, before = beat(), times_fired(fast.api_url, NEVER_SEEN)
    post(fast.api_url, last)
    phones.wait(phone)
    wait_until(lambda: times_fired(fast.api_url, NEVER_SEEN) >= before + 2, "the silence is noticed again", 60)
    back = beat()
    post(fast.api_url, back)
    phones.wait(phone, 2)
    assert phones.subjects(phone) == [
        "CRITICAL: no patrol of Lifeguard has completed for 10 s",
        "RESOLVED: patrols of Lifeguard complete again",
    ]
    assert phones.at(phone)[0]["body"].splitlines()[:2] == [
        f"Until one does, nobody is told when runs do not start. The last one completed at {shown(last)}.",
        "Next: lifeguard check",
    ]
    assert phones.at(phone)[1]["body"].splitlines() == [
        f"One completed at {shown(back)}. It found 2; see lifeguard check.",
        f"Event: {UI}/events/event/{datetime.now(UTC):%Y-%m-%d}/{back['id']}",
    ]


def test_patrols_that_never_ran_are_a_page_too(fast: PrefectServer, phones: Receiver, phone: str) -> None:
    arm(fast.api_url, pager(phone), silence_seconds=SHORTEST_SILENCE)
    message = phones.wait(phone)[0]
    assert message["subject"] == "CRITICAL: no patrol of Lifeguard has completed for 10 s"
    assert message["body"].startswith("Until one does, nobody is told when runs do not start.\nNext: lifeguard check\n")


def test_a_pool_that_loses_its_last_worker_pages_without_any_patrol(
    fast: PrefectServer, phones: Receiver, phone: str
) -> None:
    arm(fast.api_url, pager(phone))
    with Estate(fast.api_url) as estate:
        estate.pool("never-staffed")
        name = estate.pool("{{ 7*7 }} | $(b)")
        estate.worker(name, every=2)
        message: dict[str, Any] = phones.wait(phone)[0]
        estate.raze()
    assert phones.subjects(phone) == [f"WARNING: work pool '{name}' has lost its last worker"]
    assert f"Work pool: {UI}/work-pools/work-pool/%7B%7B%207%2A7%20%7D%7D%20%7C%20%24%28b%29" in message["body"]


def shown(event: Event) -> str:
    return f"{datetime.fromisoformat(event['occurred']):%Y-%m-%d %H:%M:%S} UTC"
