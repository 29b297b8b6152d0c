"""One pool over time, out of both databases: raw readings, rolled-up hours, and names that were used twice."""

from collections.abc import Sequence
from datetime import timedelta

import anyio

from lifeguard.record.database import Database
from lifeguard.record.series_queries import read_columns
from lifeguard.record.tables import HOURS, PATROLS, READINGS
from lifeguard.spans import Span
from tests.builders import API_URL, NOW, ago
from tests.record.past import FIRST_POOL, HOUR, a_reading, an_hour, begin, patrol, pool, put

FOUR_HOURS = Span(NOW - 4 * HOUR, NOW)
NAME = f"pool {FIRST_POOL}"
Cells = Sequence[tuple[int | None, int | None]]


async def watched(database: Database, hours: int) -> None:
    """Patrols each four minutes, up to NOW."""
    times = (NOW - timedelta(minutes=minutes) for minutes in range(0, hours * 60 + 1, 4))
    await put(database, PATROLS, *(patrol(at) for at in times))


def drawn(database: Database, count: int = 4) -> Cells:
    found = anyio.run(read_columns, database, API_URL, NAME, FOUR_HOURS, count)
    return [(each.workers, each.overdue) for each in found]


def test_readings_hold_until_the_next_and_only_where_somebody_looked(database: Database) -> None:
    async def write() -> None:
        await begin(database)
        await watched(database, 2)
        quiet, busy = a_reading(ago(7000), overdue=0), a_reading(ago(5400), workers_online=0, overdue=7)
        await put(database, READINGS, quiet, busy, a_reading(ago(1800), overdue=1))

    anyio.run(write)
    assert drawn(database) == [(None, None), (None, None), (0, 7), (0, 7)]


def test_what_was_rolled_up_is_drawn_from_its_hours(database: Database) -> None:
    async def write() -> None:
        await begin(database)
        await watched(database, 1)
        await put(database, HOURS, an_hour(NOW - 3 * HOUR, workers_min=1, overdue_max=5))
        await put(database, READINGS, a_reading(ago(3600)))

    anyio.run(write)
    assert drawn(database) == [(None, None), (1, 5), (None, None), (2, 0)]


def test_a_pool_that_was_made_again_goes_on(database: Database) -> None:
    async def write() -> None:
        await begin(database, pool(gone_at=ago(7200)), pool(FIRST_POOL + 1, name=NAME))
        await watched(database, 4)
        old = [a_reading(NOW - (4 - hour) * HOUR) for hour in range(2)]
        again = [a_reading(NOW - (2 - hour) * HOUR, FIRST_POOL + 1, workers_online=5) for hour in range(2)]
        await put(database, READINGS, *old, *again)

    anyio.run(write)
    assert [workers for workers, _ in drawn(database)] == [2, 2, 5, 5]


def test_a_pool_that_needs_no_workers_has_no_number_of_them(database: Database) -> None:
    async def write() -> None:
        await begin(database, pool(needs_workers=False))
        await watched(database, 1)
        await put(database, READINGS, a_reading(ago(3600), workers_online=0, overdue=3))

    anyio.run(write)
    assert drawn(database)[-1] == (None, 3)
