"""Workers that become fewer, from a history as patrols write it, on both databases; nothing where patrols were missing."""

from datetime import datetime, timedelta
from typing import Any

import anyio

from lifeguard.record.database import Database
from lifeguard.record.staffing_queries import falling_workers
from lifeguard.record.tables import PATROLS, POOLS, READINGS, SERVERS
from lifeguard.staffing import Falling
from tests.builders import API_URL, NOW
from tests.record.past import a_reading, patrol, pool, put

MINUTE = timedelta(minutes=1)
HOSTILE = "it's | `x` {{y}} 🛟"
Rows = list[dict[str, Any]]


WEEKDAYS = range(6, 1, -1)
WEEK = range(7, 0, -1)
"""Days before NOW, which is a Sunday."""


def patrols(days: range) -> Rows:
    """Each four minutes of an hour around this time of these days, and of the last two hours."""
    starts = [NOW - day * timedelta(days=1) - 40 * MINUTE for day in days]
    times = [start + 4 * number * MINUTE for start in starts for number in range(20)]
    return [patrol(at) for at in [*times, *(NOW - 4 * number * MINUTE for number in range(30, -1, -1))]]


def readings(number: int, now: int) -> Rows:
    """Six workers on each day, as the pool is read again each hour; two fewer an hour ago, and so many `now`."""
    then = [NOW - day * timedelta(days=1) - 60 * MINUTE for day in WEEK]
    steps: list[tuple[datetime, int]] = [(NOW - 115 * MINUTE, 6), (NOW - 60 * MINUTE, 4), (NOW - 20 * MINUTE, now)]
    return [a_reading(at, number, workers_online=many) for at, many in [*((at, 6) for at in then), *steps]]


def found(database: Database, days: range = WEEK) -> dict[str, Falling]:
    """Of three pools: one whose workers fall, one with four, and one that needs none."""

    async def story() -> dict[str, Falling]:
        await put(database, SERVERS, {"id": 1, "name": API_URL})
        await put(database, PATROLS, *patrols(days))
        await put(database, POOLS, pool(101, name=HOSTILE), pool(102), pool(103, needs_workers=False))
        for number, now in ((101, 2), (102, 4), (103, 2)):
            await put(database, READINGS, *readings(number, now))
        return await falling_workers(database, API_URL, NOW)

    return anyio.run(story)


def test_the_pool_whose_workers_fall_is_found_with_its_steps(database: Database) -> None:
    told = found(database)
    assert list(told) == [HOSTILE]
    assert [step.workers for step in told[HOSTILE].steps] == [6, 4, 2]
    assert (told[HOSTILE].usual, told[HOSTILE].days, told[HOSTILE].none_left_at) == (6, 7, NOW + 20 * MINUTE)


def test_days_on_which_nobody_looked_are_not_known(database: Database) -> None:
    assert found(database, WEEKDAYS) == {}
