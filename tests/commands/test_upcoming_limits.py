"""`lifeguard upcoming` on limits that will be full: a real server, and a history that knows how long runs hold a slot."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from lifeguard.filling import Gate
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.observe.gates import deployment_gates
from lifeguard.observe.upcoming import Seen
from lifeguard.pickups import Pickups
from lifeguard.record.database import Database, database_at
from lifeguard.record.pickup_rows import values_of
from lifeguard.record.tables import PATROLS, PICKUPS, POOLS, READINGS, SERVERS
from lifeguard.starts import slot_of
from lifeguard.upcoming import Coming
from tests.builders import policy
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.footprint import settled_footprint
from tests.record.past import a_reading, patrol, pool, put

HOSTILE = "h|`q` 'r' {t} [bold]u 😀"
SLOTS_HELD, RUNS = 4, 12


async def history_of(database: Database, api_url: str, names: Sequence[str]) -> None:
    """Of each pool: in the last hour 12 runs began, and 4 held a slot all the time, so that one holds it for 20 minutes."""
    now = slot_of(utc_now())
    began = {"slot_seconds": 300, **values_of(Pickups.of([1.0] * RUNS))}
    await put(database, SERVERS, {"id": 1, "name": api_url, "starts_counted_until": now})
    await put(database, PATROLS, patrol(now))
    for number, name in enumerate(names, start=1):
        at = now - timedelta(hours=1)
        await put(database, POOLS, pool(number, name=name, last_reading_at=at))
        await put(database, READINGS, a_reading(at, number, running=SLOTS_HELD))
        await put(database, PICKUPS, {"pool": number, "at": at, **began})


def asked(estate: Estate, home: Path, *arguments: str) -> Ended:
    url = f"sqlite:///{home / 'history.db'}"
    return lifeguard("upcoming", *arguments, api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url)


def remember(estate: Estate, home: Path, *names: str) -> None:
    anyio.run(history_of, database_at(f"sqlite:///{home / 'history.db'}", "the test"), estate.api_url, names)


def test_a_queue_and_a_pool_that_will_be_full_are_told_with_who_waits(estate: Estate, tmp_path: Path) -> None:
    estate.pool(HOSTILE, limit=3)
    estate.queue(HOSTILE, "hot", limit=1)
    for queue, runs in (("hot", 4), ("default", 4)):
        to = estate.deployment(f"to {queue}", HOSTILE, queue)
        for _ in range(runs):
            estate.future_run(to, 90)
    remember(estate, tmp_path, HOSTILE)
    before = settled_footprint(estate.api_url)
    full: list[dict[str, Any]] = asked(estate, tmp_path, "--format", "json").json["pools"][0]["full"]
    assert [(each["kind"], each["name"], each["waiting_at_most"]) for each in full] == [
        ("work-queue", "hot", 3),
        ("work-pool", HOSTILE, 5),
    ]
    assert [round(each["longest_wait_seconds"] / 60) for each in full] == [60, 40]
    table = asked(estate, tmp_path).out
    assert f"{HOSTILE}  All 3 slots of the pool are taken from about" in table
    assert "at most 5 runs wait, the longest for about 40 min, until about" in table
    assert settled_footprint(estate.api_url) == before


def test_without_a_history_no_limit_is_foretold(estate: Estate, tmp_path: Path) -> None:
    estate.pool("etl", limit=1)
    to = estate.deployment("to etl", "etl")
    for _ in range(3):
        estate.future_run(to, 90)
    assert asked(estate, tmp_path, "--format", "json").json["pools"][0]["full"] == []


def gates(estate: Estate, deployment: str, comings: int) -> dict[str, Gate]:
    """Those that `comings` runs of the deployment would come to."""
    coming = [Coming("etl", utc_now(), deployment=deployment)] * comings
    limited = tuple(each for each in estate.look().snapshot.deployments.values() if each.limit)

    async def look() -> dict[str, Gate]:
        async with Api(Connection(estate.api_url), policy()) as api:
            return await deployment_gates(api, Seen(tuple(coming), (), 0, None, limited))

    return anyio.run(look)


@pytest.mark.parametrize(("finished", "is_told"), [(2, False), (3, True)])
def test_how_long_the_runs_of_a_deployment_take_is_that_of_its_last_ones(
    estate: Estate, finished: int, is_told: bool
) -> None:
    estate.pool("etl")
    to = estate.deployment("nightly", "etl", limit=1, collision="CANCEL_NEW")
    for _ in range(finished):
        estate.complete(estate.running_run(to))
    estate.overdue_run(to)
    found = gates(estate, to, comings=2)
    assert list(found) == ([to] if is_told else [])
    assert [(gate.kind, gate.limit, gate.cancels) for gate in found.values()] == [("deployment", 1, True)] * len(found)
    assert all(0 < gate.holds_minutes < 1 for gate in found.values())


def test_a_deployment_to_which_no_more_come_than_it_has_slots_costs_no_call(estate: Estate) -> None:
    estate.pool("etl")
    to = estate.deployment("nightly", "etl", limit=2)
    estate.overdue_run(to)
    assert gates(estate, to, comings=2) == {}
