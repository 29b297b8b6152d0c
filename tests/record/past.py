"""Days that a history has seen, written straight into its tables: what patrols would have written, much faster."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select

from lifeguard.facts import seconds
from lifeguard.history import Seconds
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.hours import HOUR
from lifeguard.record.reading_queries import known_pools, seconds_of_pools
from lifeguard.record.tables import (
    CHANGES,
    HOURS,
    INCIDENTS,
    PAGES,
    PATROLS,
    PICKUP_TOTALS,
    PICKUPS,
    POOLS,
    READINGS,
    SERVERS,
)
from lifeguard.spans import Span
from tests.builders import API_URL, NOW

EVERY_SECONDS = 240
FIRST_POOL = 101
"""Ids that PostgreSQL would not give away by itself in a test."""

ALL_TABLES = (SERVERS, PATROLS, POOLS, READINGS, HOURS, PICKUPS, PICKUP_TOTALS, INCIDENTS, CHANGES, PAGES)
Rows = list[dict[str, Any]]


async def put(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    """Write these rows."""
    async with writing(database) as connection:
        await connection.execute(insert(table), list(rows))


async def forget_everything(database: Database) -> None:
    """Delete all rows of all tables."""
    async with writing(database) as connection:
        await connection.execute(delete(SERVERS))


async def rows_of(database: Database, table: Table) -> Rows:
    """All rows of a table, in the order of their keys."""
    async with reading(database) as connection:
        rows = await connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in rows.mappings()]


async def everything(database: Database) -> dict[str, Rows]:
    """All rows of all tables."""
    return {table.name: await rows_of(database, table) for table in ALL_TABLES}


def patrol(at: datetime, **deviations: Any) -> dict[str, Any]:
    """A complete patrol at that time."""
    own = {"id": f"patrol-{at.isoformat()}", "server_id": 1, "started_at": at, "finished_at": at, "complete": True}
    rest: dict[str, Any] = {
        "saw_pools": True,
        "superseded": False,
        "missing": [],
        "api_calls": 9,
        "duration_seconds": 0.0,
    }
    return {**own, **rest, **deviations}


def pool(number: int = FIRST_POOL, **deviations: Any) -> dict[str, Any]:
    """The row of a pool that needs workers."""
    own = {"id": number, "server_id": 1, "pool_id": f"pool-{number}", "name": f"pool {number}", "type": "process"}
    return {**own, "needs_workers": True, "last_reading_at": None, "gone_at": None, **deviations}


def a_reading(at: datetime, pool: int = FIRST_POOL, **deviations: Any) -> dict[str, Any]:
    """A staffed pool with demand."""
    own = {"pool": pool, "at": at, "verdict": "healthy", "has_demand": True, "workers_online": 2, "workers_total": 2}
    rest = {"overdue": 0, "oldest_overdue_since": None, "pending": 0, "running": 1, "waiting_for_slot": 0}
    return {**own, **rest, "active_slots": 1, "concurrency_limit": None, **deviations}


def an_hour(hour: datetime, pool: int = FIRST_POOL, **deviations: Any) -> dict[str, Any]:
    """An hour in which a pool was staffed all the time, and wanted."""
    own = {"pool": pool, "hour": hour, "watched_seconds": 3600.0, "demand_seconds": 3600.0, "up_seconds": 3600.0}
    rest = {"workers_min": 2, "workers_max": 2, "overdue_max": 0, "running_max": 1, "waiting_for_slot_max": 0}
    return {**own, **rest, **deviations}


async def begin(database: Database, *pools: dict[str, Any]) -> None:
    """A history of one server with these pools."""
    await put(database, SERVERS, {"id": 1, "name": API_URL, "last_look_at": None})
    await put(database, POOLS, *(pools or (pool(),)))


@dataclass(frozen=True, slots=True)
class Past:
    """Some days up to NOW: pools that come and go, are unseen at times, and patrols that now and then are missing."""

    pools: int = 3
    days: int = 3
    share: float = 0.1

    async def write(self, database: Database) -> None:
        """Write it; the same at each time."""
        chance = random.Random(7)
        times = self._patrol_times(chance)
        gone = times[len(times) // 2]
        last = FIRST_POOL + self.pools - 1
        pools = [pool(number, needs_workers=number != FIRST_POOL) for number in range(FIRST_POOL, last)]
        await begin(database, *pools, pool(last, gone_at=gone))
        await put(database, PATROLS, *(patrol(at, saw_pools=chance.random() > 0.01) for at in times))
        for number in range(FIRST_POOL, last + 1):
            seen = [at for at in times if number != last or at < gone]
            await put(database, READINGS, *self._readings(number, seen, chance))

    def _patrol_times(self, chance: random.Random) -> list[datetime]:
        first = NOW - timedelta(days=self.days)
        count = self.days * 86_400 // EVERY_SECONDS
        times = (first + seconds(number * EVERY_SECONDS + chance.randrange(30)) for number in range(count))
        hole = Span(NOW - timedelta(days=2, hours=3), NOW - timedelta(days=2))
        return [at for at in times if chance.random() > 0.02 and not hole.start < at < hole.end]

    def _readings(self, number: int, times: Sequence[datetime], chance: random.Random) -> Rows:
        rows: Rows = []
        for at in times:
            if not rows or at - rows[-1]["at"] >= HOUR or chance.random() < self.share:
                rows.append(self._reading(at, number, chance))
        return rows

    def _reading(self, at: datetime, number: int, chance: random.Random) -> dict[str, Any]:
        verdict = chance.choice(["healthy", "healthy", "down", "unknown"])
        has_demand, workers = chance.choice([True, True, False, None]), chance.choice([0, 1, 2, None])
        return a_reading(at, number, verdict=verdict, has_demand=has_demand, workers_online=workers)


async def seconds_by_pool(database: Database, window: Span) -> dict[int, Seconds]:
    """What each pool came to, as everybody reads it."""
    async with reading(database) as connection:
        return await seconds_of_pools(connection, 1, await known_pools(connection, 1), window)
