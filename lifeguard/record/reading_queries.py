"""How long pools were watched, wanted and up: from roll-ups of hours where there are some, from raw readings otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.findings import Verdict
from lifeguard.history import (
    READING_HOLDS_SECONDS,
    UNWATCHED_AFTER_SECONDS,
    Reading,
    Seconds,
    tally_watched,
    watched,
)
from lifeguard.record.tables import HOURS, PATROLS, POOLS, READINGS
from lifeguard.spans import Span

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KnownPool:
    """A pool's row. A pool that was deleted and made again under its name has two."""

    id: int
    name: str
    needs_workers: bool
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What a pool's hours came to, from the first to the end of the last: one without a row was not watched."""

    span: Span
    seconds: Seconds

    def rest_of(self, window: Span) -> tuple[Span, Span]:
        """The time before and after, which raw readings have to tell of."""
        return Span(window.start, self.span.start), Span(self.span.end, window.end)


async def known_pools(connection: AsyncConnection, server_id: int) -> list[KnownPool]:
    """Every pool that was ever seen on a server."""
    columns = (POOLS.c.id, POOLS.c.name, POOLS.c.needs_workers, POOLS.c.gone_at)
    rows = await connection.execute(select(*columns).where(POOLS.c.server_id == server_id).order_by(POOLS.c.id))
    return [KnownPool(*row) for row in rows]


async def pool_readings(
    connection: AsyncConnection, pool_row_id: int, since: datetime, until: datetime
) -> list[Reading]:
    """The readings that hold at some time of a window, one pool's, by time."""
    rows = await connection.execute(_readings(since, until).where(READINGS.c.pool == pool_row_id))
    return [_reading(row) for row in rows]


async def patrol_times(connection: AsyncConnection, server_id: int, since: datetime, until: datetime) -> list[datetime]:
    """When patrols looked that saw every pool, with those just outside of a window, which tell of its edges."""
    around = seconds(UNWATCHED_AFTER_SECONDS)
    question = select(PATROLS.c.started_at).where(
        PATROLS.c.server_id == server_id,
        PATROLS.c.started_at.between(since - around, until + around),
        PATROLS.c.saw_pools.is_(True),
        PATROLS.c.superseded.is_(False),
    )
    return list((await connection.execute(question.order_by(PATROLS.c.started_at))).scalars())


async def seconds_of_pools(
    connection: AsyncConnection, server_id: int, pools: Sequence[KnownPool], window: Span
) -> dict[int, Seconds]:
    """By the id of its row, what each of these pools came to in a window."""
    looked = watched(await patrol_times(connection, server_id, *window))
    hours = await _rolled_up(connection, [pool.id for pool in pools], window)
    readings = await _readings_of(connection, pools, window)
    return {pool.id: _seconds_of(pool, readings.get(pool.id, ()), looked, hours.get(pool.id), window) for pool in pools}


def _seconds_of(
    pool: KnownPool, readings: Sequence[Reading], looked: Sequence[Span], hours: RolledUp | None, window: Span
) -> Seconds:
    spans = hours.rest_of(window) if hours else (window,)
    raw = (tally_watched(readings, looked, pool.needs_workers, pool.gone_at, *span) for span in spans)
    return sum(raw, hours.seconds if hours else Seconds())


async def _readings_of(
    connection: AsyncConnection, pools: Sequence[KnownPool], window: Span
) -> Mapping[int, list[Reading]]:
    if len(pools) == 1:
        return {pool.id: await pool_readings(connection, pool.id, *window) for pool in pools}
    ids = [pool.id for pool in pools]
    rows = await connection.execute(_readings(*window).where(READINGS.c.pool.in_(ids)))
    return {pool: [_reading(row) for row in own] for pool, own in groupby(rows, key=_pool_of)}


async def _rolled_up(connection: AsyncConnection, pools: Iterable[int], window: Span) -> dict[int, RolledUp]:
    """Whole hours of the window only: of an hour at its edge, raw readings tell the part that lies within."""
    columns = (HOURS.c.watched_seconds, HOURS.c.demand_seconds, HOURS.c.up_seconds)
    question = (
        select(HOURS.c.pool, func.min(HOURS.c.hour), func.max(HOURS.c.hour), *map(func.sum, columns))
        .where(HOURS.c.pool.in_(list(pools)), HOURS.c.hour.between(window.start, window.end - HOUR))
        .group_by(HOURS.c.pool)
    )
    rows = await connection.execute(question)
    return {row[0]: _hours_of(row) for row in rows}


def _hours_of(row: Row[*tuple[Any, ...]]) -> RolledUp:
    return RolledUp(Span(row[1], row[2] + HOUR), Seconds(row[3], row[4], row[5]))


def _readings(since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    held_since = since.astimezone(UTC) - seconds(READING_HOLDS_SECONDS)
    columns = (READINGS.c.pool, READINGS.c.at, READINGS.c.verdict, READINGS.c.has_demand, READINGS.c.workers_online)
    question = select(*columns).where(READINGS.c.at >= held_since, READINGS.c.at < until)
    return question.order_by(READINGS.c.pool, READINGS.c.at)


def _pool_of(row: Row[*tuple[Any, ...]]) -> int:
    return row[0]


def _reading(row: Row[*tuple[Any, ...]]) -> Reading:
    return Reading(row[1], Verdict(row[2]), row[3], row[4])
