"""Pools on which nobody works before their next run: a real server, and a history that knows who came in time before."""

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

import anyio
import pytest

from lifeguard.foreseeing import foresee
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.record.database import Database, database_at
from lifeguard.record.tables import POOLS, READINGS
from lifeguard.unstaffed import Outlook, Unstaffed
from tests.builders import policy
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.prefect_server import PrefectServer
from tests.record.nights import GONE, SCALES, SLOW, write_nights
from tests.record.past import a_reading, pool, put

EMPTY = (SCALES, SLOW, GONE)
STAFFED = ("staffed 1", "staffed 2", "staffed 3")


@pytest.fixture
def either_estate(either_server: PrefectServer) -> Generator[Estate, None, None]:
    """To each pool comes a run in an hour. Nobody works on any but the staffed ones, and most need nobody."""
    with Estate(either_server.api_url) as built:
        built.raze()
        built.pool("paused", paused=True)
        for name, type in (*((name, "process") for name in EMPTY), ("push", "ecs:push")):
            built.pool(name, type)
        for name in STAFFED:
            built.staffed_pool(name)
        for name in ("paused", "push", *EMPTY, *STAFFED):
            built.future_run(built.deployment(f"to {name}".replace("/", " "), name), 60)
        try:
            yield built
        finally:
            built.raze()


def history(home: Path, api_url: str, *, also_empty: tuple[str, ...] = ()) -> Database:
    """That of the empty pools; by the newest patrol nobody worked on some others either."""
    database, now = database_at(f"sqlite:///{home / 'history.db'}", "the test"), utc_now()

    async def write(now: datetime) -> None:
        await write_nights(database, api_url, now)
        for number, name in enumerate(also_empty, start=201):
            await put(database, POOLS, pool(number, name=name, last_reading_at=now))
            await put(database, READINGS, a_reading(now, number, workers_online=0))

    anyio.run(write, now)
    return database


def asked(estate: Estate, home: Path, *arguments: str) -> Ended:
    url = f"sqlite:///{home / 'history.db'}"
    return lifeguard("upcoming", *arguments, api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url)


def test_pools_on_which_nobody_works_are_told_with_what_their_past_says(either_estate: Estate, tmp_path: Path) -> None:
    history(tmp_path, either_estate.api_url)
    table = asked(either_estate, tmp_path).out
    pools = asked(either_estate, tmp_path, "--format", "json").json["pools"]
    nobody = {each["name"]: each["nobody_works"]["outlook"] for each in pools if each["nobody_works"]}
    assert nobody == {SCALES: "in time", SLOW: "slow", GONE: "nobody came"}
    assert f"{SLOW}  Nobody has worked on it since" in table and "it took up to 14 min from when work was due" in table
    assert "Next: prefect worker start --pool gone --with-healthcheck" in table and f"{SCALES}  Nobody" not in table


def test_where_the_last_patrol_and_the_status_differ_two_pools_are_asked(estate: Estate, tmp_path: Path) -> None:
    for name in STAFFED:
        estate.staffed_pool(name)
        estate.future_run(estate.deployment(f"to {name}", name), 60)
    history(tmp_path, estate.api_url, also_empty=STAFFED)
    ended = asked(estate, tmp_path, "--format", "json").json
    assert [each["nobody_works"] for each in ended["pools"]] == [None] * 3
    assert len(ended["staffing_unknown"]) == 1


def test_without_a_history_only_the_plain_fact_is_told(estate: Estate, tmp_path: Path) -> None:
    estate.pool("etl")
    estate.future_run(estate.deployment("to etl", "etl"), 60)
    out = asked(estate, tmp_path).out
    assert "etl  Nobody works on it; its next run is due" in out and "in 59 min." in out
    assert "worker start" not in out


def test_the_patrol_foresees_it_for_the_overview_with_one_call(either_estate: Estate, tmp_path: Path) -> None:
    database = history(tmp_path, either_estate.api_url)
    either_estate.pool("soon")
    either_estate.future_run(either_estate.deployment("to soon", "soon"), 10)

    async def look() -> tuple[Judgement, tuple[Unstaffed, ...], int]:
        async with Api(Connection(either_estate.api_url), policy()) as api:
            judgement = await judge(api, ())
            calls = api.calls
            return judgement, (await foresee(api, judgement, database)).unstaffed, api.calls - calls

    judgement, told, calls = anyio.run(look)
    assert sorted((each.pool, each.outlook) for each in told) == [(GONE, Outlook.NOBODY), (SLOW, Outlook.SLOW)]
    assert calls == 1
    warned = [each for each in judgement.findings if each.code == "pool-no-workers" and each.run_ids]
    assert [each.resource.name for each in warned] == ["soon"]
