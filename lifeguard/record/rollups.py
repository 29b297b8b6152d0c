"""Old readings become hours, and only then go: both in one transaction, some pools and at most a day at a time.

A patrol waits for one such transaction at most. What was rolled up stays as it is: it was counted when more was known.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

import anyio
from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS, watched
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.hours import HOUR, full_hour, hour_row, watched_hours
from lifeguard.record.limits import KEPT_BEFORE_CUT, Limits
from lifeguard.record.reading_queries import KnownPool, patrol_times
from lifeguard.record.tables import HOURS, POOLS, READINGS
from lifeguard.spans import Span

POOLS_AT_ONCE = 20
ROWS_AT_ONCE = 4000
LONG_HOURS, SHORT_HOURS = 24, 4
"""The short one is for pools that change at every patrol: still longer than what stays before its end."""
PAUSE_SECONDS = 0.05
"""Between two transactions, so that a patrol that waits for SQLite's lock finds it free."""

COLUMNS = tuple(
    READINGS.c[name]
    for name in ("pool", "at", "verdict", "has_demand", "workers_online", "overdue", "running", "waiting_for_slot")
)


@dataclass(frozen=True, slots=True)
class Group:
    """Some pools of one server, by the ids of their rows."""

    server_id: int
    pools: tuple[int, ...]


async def roll_up(database: Database, limits: Limits) -> int:
    """Turn the readings before the cut into hours and delete them; how many went. Can be stopped at any time."""
    is_old = exists().where(READINGS.c.pool == POOLS.c.id, READINGS.c.at < limits.readings_before)
    deleted = 0
    for group in await groups_of_pools(database, is_old):
        while (step := await _roll_up_once(database, group, limits)) is not None:
            deleted += step
            await anyio.sleep(PAUSE_SECONDS)
    return deleted


async def groups_of_pools(database: Database, condition: ColumnElement[bool]) -> list[Group]:
    """The pools that meet a condition, in groups that are small enough for one transaction."""
    question = select(POOLS.c.server_id, POOLS.c.id).where(condition).order_by(POOLS.c.server_id, POOLS.c.id)
    async with reading(database) as connection:
        rows = (await connection.execute(question)).all()
    found: list[Group] = []
    for server_id, own in groupby(rows, key=attrgetter("server_id")):
        ids = [row.id for row in own]
        found += [Group(server_id, tuple(ids[at : at + POOLS_AT_ONCE])) for at in range(0, len(ids), POOLS_AT_ONCE)]
    return found


async def _roll_up_once(database: Database, group: Group, limits: Limits) -> int | None:
    """One transaction; the number of readings that went, or None where nothing was left to do."""
    async with writing(database) as connection:
        pools, oldest = await _pools(connection, group)
        if oldest is None or oldest >= limits.readings_before:
            return None
        span = await _span(connection, group, full_hour(oldest), limits.cut)
        await _write_hours(connection, group, pools, span, limits)
        is_over = READINGS.c.pool.in_(group.pools) & (READINGS.c.at < span.end - KEPT_BEFORE_CUT)
        return (await connection.execute(delete(READINGS).where(is_over))).rowcount


async def _pools(connection: AsyncConnection, group: Group) -> tuple[list[KnownPool], datetime | None]:
    """The pools as they are now, and when the oldest of their readings was made."""
    oldest = select(func.min(READINGS.c.at)).where(READINGS.c.pool == POOLS.c.id).scalar_subquery().label("oldest")
    columns = (POOLS.c.id, POOLS.c.name, POOLS.c.needs_workers, POOLS.c.gone_at, oldest)
    rows = (await connection.execute(select(*columns).where(POOLS.c.id.in_(group.pools)))).all()
    first = min((row.oldest for row in rows if row.oldest), default=None)
    return [KnownPool(row.id, row.name, row.needs_workers, row.gone_at) for row in rows], first


async def _span(connection: AsyncConnection, group: Group, start: datetime, cut: datetime) -> Span:
    """The hours to do at once: a day, or less where that would be too many rows."""
    end = min(start + LONG_HOURS * HOUR, cut)
    is_asked = READINGS.c.pool.in_(group.pools) & (READINGS.c.at >= start) & (READINGS.c.at < end)
    rows = (await connection.execute(select(func.count()).select_from(READINGS).where(is_asked))).scalar_one()
    return Span(start, end if rows <= ROWS_AT_ONCE else min(start + SHORT_HOURS * HOUR, cut))


async def _write_hours(
    connection: AsyncConnection, group: Group, pools: Sequence[KnownPool], span: Span, limits: Limits
) -> None:
    """Those that would go at once for their age are not written."""
    looked = watched(await patrol_times(connection, group.server_id, *span))
    readings = await _readings(connection, group, span)
    hours = watched_hours(looked, max(span.start, limits.hours_before), span.end)
    written = [
        row
        for pool in pools
        for hour, own in _by_hour(readings.get(pool.id, ()), hours)
        if (row := hour_row(pool, own, hours[hour], hour))
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if written:
        await connection.execute(dialect.insert(HOURS).on_conflict_do_nothing(), written)


async def _readings(connection: AsyncConnection, group: Group, span: Span) -> Mapping[int, list[Mapping[Any, Any]]]:
    held_since = span.start - seconds(READING_HOLDS_SECONDS)
    is_asked = READINGS.c.pool.in_(group.pools) & (READINGS.c.at >= held_since) & (READINGS.c.at < span.end)
    rows = await connection.execute(select(*COLUMNS).where(is_asked).order_by(READINGS.c.pool, READINGS.c.at))
    by_pool = groupby(map(dict, rows.mappings()), key=itemgetter("pool"))
    return {pool: list(own) for pool, own in by_pool}


def _by_hour(
    rows: Sequence[Mapping[Any, Any]], hours: Iterable[datetime]
) -> Iterator[tuple[datetime, Sequence[Mapping[Any, Any]]]]:
    """Each hour with the readings that may hold in it."""
    times = [row["at"] for row in rows]
    for hour in hours:
        first = bisect_left(times, hour - seconds(READING_HOLDS_SECONDS))
        yield hour, rows[first : bisect_left(times, hour + HOUR)]
