"""Artifacts on a real Prefect server: what a patrol writes, how seldom, and that no failure of it harms the patrol."""

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest

from lifeguard import showing
from lifeguard.facts import Server
from lifeguard.incidents import Changes, Incident
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.record.database import Database, database_at
from lifeguard.record.remember import remember
from lifeguard.report.artifact import FINDINGS, OVERVIEW, POOLS, pool_key
from lifeguard.report.shelf import Author
from lifeguard.showing import Shown
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.patience import ask
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, answering, ending
from tests.record.crews import HOSTILE, write_crews
from tests.report.boards import opened

DAY_SECONDS = 86_400
TWO_HUNDRED = [b.pool(f"pool-{number:03}") for number in range(200)]
Row = dict[str, Any]


@pytest.fixture
def api_url(server: PrefectServer) -> Generator[str, None, None]:
    """A server without artifacts."""
    yield server.api_url
    delete_all(server.api_url)


@pytest.fixture
def either_api_url(either_server: PrefectServer) -> Generator[str, None, None]:
    """The same, and then an old one."""
    yield either_server.api_url
    delete_all(either_server.api_url)


def delete_all(api_url: str) -> None:
    for row in rows(api_url, "artifacts"):
        ask(api_url, "DELETE", f"artifacts/{row['id']}")


def rows(api_url: str, what: str = "artifacts/latest") -> list[Row]:
    found: list[Row] = ask(api_url, "POST", f"{what}/filter", {})
    return found


def versions(api_url: str) -> int:
    return int(ask(api_url, "POST", "artifacts/count", {}))


def show(
    api_url: str,
    *incidents: Incident,
    seen: Snapshot | None = None,
    at: float = 0,
    only: Iterable[str] = (),
    database: Database | None = None,
    author: Author | None = None,
) -> tuple[Shown, int]:
    """What one patrol shows, and how many calls that costs."""

    async def once() -> tuple[Shown, int]:
        judgement = b.judgement(seen, at=at, findings=[each.finding for each in incidents], only=only)
        async with Api(Connection(api_url), b.policy()) as api:
            changes = Changes(still_open=incidents)
            shown = await showing.show(api, judgement, changes, database, author)
            return shown, api.calls

    return anyio.run(once)


def keys(shown: tuple[Shown, int]) -> Sequence[str]:
    return shown[0].keys


def test_the_first_patrol_writes_everything_and_the_second_asks_once_and_writes_nothing(either_api_url: str) -> None:
    first, second = (show(either_api_url, opened(b.finding()), at=at) for at in (0, 60))
    assert keys(first) == (pool_key("etl"), POOLS, FINDINGS, OVERVIEW)
    assert second == (Shown(), 1)


def test_an_incident_that_opens_or_ends_is_shown_by_the_next_patrol(api_url: str) -> None:
    show(api_url)
    began = show(api_url, opened(b.finding()), at=60)
    over = show(api_url, at=120)
    assert keys(began) == keys(over) == (pool_key("etl"), FINDINGS, OVERVIEW)
    assert keys(show(api_url, at=180)) == ()


def test_a_day_of_patrols_over_two_hundred_pools_writes_fewer_than_a_hundred_versions(api_url: str) -> None:
    """Every twentieth of them; the rule is tried minute by minute in `test_due.py`. Overdue runs flicker all the time."""
    bad = [opened(b.finding(pool=pool.name), id=number) for number, pool in enumerate(TWO_HUNDRED[:12])]
    for number, at in enumerate(range(0, DAY_SECONDS, 1200)):
        waiting = [b.run(f"run-{n}", "pool-000", overdue=400) for n in range(3 + number % 2)]
        show(api_url, *bad, seen=b.snapshot(pools=TWO_HUNDRED, waiting=waiting), at=at)
    assert 24 <= versions(api_url) < 100


def test_artifacts_belong_to_the_run_that_wrote_them(api_url: str) -> None:
    author = Author(str(uuid4()), str(uuid4()))
    show(api_url, author=author)
    assert {(row["flow_run_id"], row["task_run_id"]) for row in rows(api_url)} == {
        (author.flow_run_id, author.task_run_id)
    }


def test_the_overview_tells_whose_workers_become_fewer(api_url: str, tmp_path: Path) -> None:
    history = database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")
    anyio.run(write_crews, history)
    show(api_url, seen=b.snapshot(pools=[b.pool(HOSTILE)]), database=history)
    (told,) = (row["data"] for row in rows(api_url) if row["key"] == OVERVIEW)
    assert "## Before it is late" in told and "4 until 11:40 UTC and 2 since then" in told


def test_the_overview_leads_to_the_newest_versions_of_the_others(api_url: str) -> None:
    show(api_url, opened(b.finding()))
    newest = {row["key"]: row for row in rows(api_url)}
    led = [newest[key]["latest_id"] in newest[OVERVIEW]["data"] for key in (POOLS, FINDINGS, pool_key("etl"))]
    assert led == [True, True, True]


def test_a_patrol_of_some_pools_brings_their_pages_and_leaves_the_rest(api_url: str) -> None:
    shown = show(api_url, only=["etl"])
    assert keys(shown) == (pool_key("etl"),) and [row["key"] for row in rows(api_url)] == [pool_key("etl")]


def test_a_page_shows_what_the_history_holds(api_url: str, database: Database) -> None:
    for at in (-120, -60, 0):
        anyio.run(remember, database, b.judgement(at=at), f"patrol at {at}")
    show(api_url, opened(b.finding()), database=database)
    (page,) = [row["data"] for row in rows(api_url) if row["key"] == pool_key("etl")]
    assert "data:image/svg+xml;base64," in page


def test_a_server_that_takes_no_artifacts_costs_one_sentence(api_url: str) -> None:
    with Proxy(api_url) as proxy:
        proxy.fail(ending("/artifacts/"), answering(403))
        shown, _ = show(proxy.api_url)
    assert shown == Shown((), "not everything could be shown in the Prefect UI: HTTP 403; the next patrol tries again")


def test_what_was_not_written_is_written_by_the_next_patrol(api_url: str) -> None:
    with Proxy(api_url) as proxy:
        proxy.fail(ending("/artifacts/"), answering(500), 1)
        assert keys(show(proxy.api_url)) == ()
        assert OVERVIEW in keys(show(proxy.api_url, at=60))


def test_an_answer_that_is_not_prefects_harms_nothing(api_url: str) -> None:
    with Proxy(api_url) as proxy:
        proxy.fail(ending("/artifacts/latest/filter"), answering(200, b'{"not": "a list"}'))
        assert show(proxy.api_url)[0].trouble


def test_what_somebody_deleted_is_written_again(api_url: str) -> None:
    show(api_url)
    delete_all(api_url)
    assert OVERVIEW in keys(show(api_url, at=60))


def test_a_look_that_saw_nothing_shows_nothing(api_url: str) -> None:
    away = b.snapshot(server=Server(b.API_URL, ready=False))
    assert show(api_url, seen=away) == (Shown(), 0)
