"""Patrols that count what began on a real server: once, whoever else patrols; and never at the patrol's own cost."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import anyio

from lifeguard.configuration import local_sources, merged
from lifeguard.facts import seconds
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.record.database import database_at
from lifeguard.record.keep import Kept, keep
from lifeguard.record.pickup_queries import pickup_totals
from lifeguard.starts import SETTLES_SECONDS
from tests.estate import Estate
from tests.proxy import Proxy, answering, ending

LATER = SETTLES_SECONDS + 5


ENVIRONMENT = {"LIFEGUARD_SERVER_NAME": "the estate"}


async def patrol(estate: Estate, home: Path, later: float = LATER, only: tuple[str, ...] = ()) -> Kept:
    """One patrol, as if it had begun some seconds later, when all starts have settled."""
    return await remembered(await look(estate, later, only), estate.api_url, home)


async def look(estate: Estate, later: float, only: tuple[str, ...] = ()) -> Judgement:
    sources = local_sources(None, ENVIRONMENT)
    async with Api(Connection(estate.api_url), merged(sources)) as api:
        judgement = await judge(api, sources, only)
    at = judgement.started_at + seconds(later)
    return replace(judgement, started_at=at, finished_at=at)


async def remembered(judgement: Judgement, api_url: str, home: Path) -> Kept:
    async with Api(Connection(api_url), judgement.policy) as api:
        return await keep(api, judgement, str(uuid4()), ENVIRONMENT, home)


def counted(home: Path) -> Mapping[str, int]:
    database = database_at(f"sqlite:///{home / 'lifeguard' / 'history.db'}", "the test")
    totals = anyio.run(pickup_totals, database, "the estate")
    return {name: pickups.runs for name, pickups in totals.items()}


def test_starts_are_counted_once_by_patrols_one_after_another_and_at_once(estate: Estate, tmp_path: Path) -> None:
    estate.pool("etl")
    load = estate.deployment("load", "etl")

    async def many() -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(6):
                tasks.start_soon(patrol, estate, tmp_path, LATER + number)

    for _ in range(3):
        estate.running_run(load)
    anyio.run(many)
    assert counted(tmp_path) == {"etl": 3}
    anyio.run(patrol, estate, tmp_path, 2 * LATER)
    assert counted(tmp_path) == {"etl": 3}


def test_starts_that_could_not_be_read_are_named_and_counted_by_the_next_patrol(estate: Estate, tmp_path: Path) -> None:
    estate.pool("etl")
    estate.running_run(estate.deployment("load", "etl"))
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("flow_runs/filter"), answering(500, "{}"))
        kept = anyio.run(remembered, anyio.run(look, estate, LATER), proxy.api_url, tmp_path)
    missing = [(each.what, each.essential) for each in kept.judgement.snapshot.missing]
    assert (missing, kept.judgement.is_complete, counted(tmp_path)) == ([("starts of runs", False)], True, {"etl": 0})
    anyio.run(patrol, estate, tmp_path, LATER + 60)
    assert counted(tmp_path) == {"etl": 1}


def test_a_patrol_of_some_pools_leaves_counting_to_the_next(estate: Estate, tmp_path: Path) -> None:
    for name in ("etl", "ml"):
        estate.pool(name)
        estate.running_run(estate.deployment(f"load {name}", name))
    anyio.run(partial(patrol, estate, tmp_path, only=("etl",)))
    assert counted(tmp_path) == {"etl": 0}
    anyio.run(patrol, estate, tmp_path, LATER + 60)
    assert counted(tmp_path) == {"etl": 1, "ml": 1}
