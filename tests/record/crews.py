"""A history in which the workers of one pool become fewer, as patrols would have written it."""

from datetime import datetime, timedelta
from typing import Any

from lifeguard.record.database import Database
from lifeguard.record.tables import PATROLS, POOLS, READINGS, SERVERS
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


async def write_crews(database: Database, days: range = WEEK) -> None:
    """Three pools: one whose workers fall, one with four, and one that needs none."""
    await put(database, SERVERS, {"id": 1, "name": API_URL})
    await put(database, PATROLS, *patrols(days))
    await put(database, POOLS, pool(101, name=HOSTILE), pool(102), pool(103, needs_workers=False))
    for number, now in ((101, 2), (102, 4), (103, 2)):
        await put(database, READINGS, *readings(number, now))
