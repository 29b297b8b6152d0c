"""From the outbox to a real server: told at least once, under one id, and kept where the server does not take it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest

from lifeguard.findings import Finding
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.page.whom import Whom
from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import AWAY, HistoryUnavailable
from lifeguard.record.remember import remember
from lifeguard.telling import tell
from tests import builders as b
from tests.estate import wait_until
from tests.patience import ask
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, answering, dying_before_any_byte, ending

AN_HOUR_AGO = (utc_now() - b.NOW).total_seconds() - 3600
"""A server shows no events of the future, and forgets those of last week."""


@pytest.fixture
def history(tmp_path: Path) -> Database:
    return database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")


@pytest.fixture
def name() -> str:
    """The name of a server that no other test tells of, so that its events are those of one test."""
    return str(uuid4())


def look(name: str, *findings: Finding, at: float = 0) -> Judgement:
    return b.judgement(findings=findings, at=AN_HOUR_AGO + at, own=b.policy(server_name=name))


def patrol(api_url: str, history: Database | None, judged: Judgement, id: str | None = None) -> int:
    """Remember and tell, as the patrol does; how many changes were told."""
    patrol_id = id or str(uuid4())

    async def once() -> int:
        changes = await remember(history, judged, patrol_id) if history else Changes(is_recorded=False)
        async with Api(Connection(api_url), Policy(retry_attempts=0)) as api:
            return await tell(api, judged, changes, history, Whom(), patrol_id)

    return anyio.run(once)


def kept_events(server: PrefectServer, resource: str, is_enough: Callable[[list[str]], bool]) -> list[str]:
    """The names of the events about a resource, oldest first, once there are enough of them."""

    def kept() -> list[str]:
        asked = {"filter": {"resource": {"id": [resource]}, "order": "ASC"}}
        return [event["event"] for event in ask(server.api_url, "POST", "events/filter", asked)["events"]]

    wait_until(lambda: is_enough(kept()), "the server keeps the events")
    return kept()


def resource_of(pool: str) -> str:
    return f"lifeguard.incident.{b.finding(pool=pool).fingerprint}"


def test_what_changes_becomes_events_in_their_order(server: PrefectServer, history: Database, name: str) -> None:
    for at, findings in ((0, [b.finding(pool=name)]), (60, []), (360, [])):
        patrol(server.api_url, history, look(name, *findings, at=at))
    assert kept_events(server, resource_of(name), lambda found: len(found) >= 2) == [
        "lifeguard.incident.opened",
        "lifeguard.incident.resolved",
    ]


def test_what_was_told_is_not_told_again(server: PrefectServer, history: Database, name: str) -> None:
    numbers = [patrol(server.api_url, history, look(name, b.finding(pool=name), at=at)) for at in (0, 60)]
    assert numbers == [1, 0]


def test_what_the_server_does_not_take_is_told_by_the_next_patrol(
    server: PrefectServer, history: Database, name: str
) -> None:
    with Proxy(server.api_url) as proxy:
        proxy.fail(ending("/events"), answering(500))
        with pytest.raises(CallFailed, match="HTTP 500"):
            patrol(proxy.api_url, history, look(name, b.finding(pool=name)))
    assert patrol(server.api_url, history, look(name, b.finding(pool=name), at=60)) == 1


def test_what_was_taken_and_not_answered_for_is_one_event(server: PrefectServer, history: Database, name: str) -> None:
    with Proxy(server.api_url) as proxy:
        proxy.fail(ending("/events"), dying_before_any_byte)
        with pytest.raises(CallFailed):
            patrol(proxy.api_url, history, look(name, b.finding(pool=name)))
    assert patrol(server.api_url, history, look(name, b.finding(pool=name), at=60)) == 1
    patrol(server.api_url, history, look(name, at=120))
    patrol(server.api_url, history, look(name, at=420))
    told = kept_events(server, resource_of(name), lambda found: "lifeguard.incident.resolved" in found)
    assert told == ["lifeguard.incident.opened", "lifeguard.incident.resolved"]


def test_without_a_history_what_is_critical_is_told_all_the_same(server: PrefectServer, name: str) -> None:
    assert patrol(server.api_url, None, look(name, b.finding(pool=name))) == 1
    assert kept_events(server, resource_of(name), bool) == ["lifeguard.incident.opened"]


def test_a_history_that_breaks_between_writing_and_telling_hides_nothing(
    server: PrefectServer, history: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Any:
        raise HistoryUnavailable("the test", AWAY)

    monkeypatch.setattr("lifeguard.telling.hold_round", broken)
    assert patrol(server.api_url, history, look(name, b.finding(pool=name))) == 1


def test_a_history_that_breaks_after_telling_does_not_tell_the_same_under_another_id(
    server: PrefectServer, history: Database, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Any:
        raise HistoryUnavailable("the test", AWAY)

    with monkeypatch.context() as breaking:
        breaking.setattr("lifeguard.telling.mark_told", broken)
        assert patrol(server.api_url, history, look(name, b.finding(pool=name))) == 1
    patrol(server.api_url, history, look(name, at=60))
    patrol(server.api_url, history, look(name, at=360))
    told = kept_events(server, resource_of(name), lambda found: "lifeguard.incident.resolved" in found)
    assert told == ["lifeguard.incident.opened", "lifeguard.incident.resolved"]


def test_every_patrol_says_that_it_has_looked(server: PrefectServer, history: Database, name: str) -> None:
    patrol_id = str(uuid4())
    patrol(server.api_url, history, look(name), patrol_id)
    asked = {"filter": {"id": {"id": [patrol_id]}}}

    def told() -> list[str]:
        found = ask(server.api_url, "POST", "events/filter", asked)["events"]
        return [event["event"] for event in found]

    wait_until(lambda: told() == ["lifeguard.patrol.completed"], "the server keeps its heartbeat")
