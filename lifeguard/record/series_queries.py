"""The numbers of one pool over time: raw readings where they are kept, and before that what each hour came to."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS, held, watched
from lifeguard.record.database import Database, reading
from lifeguard.record.queries import LOOKS_BACK_WITHIN_SECONDS
from lifeguard.record.reading_queries import KnownPool, known_pools, patrol_times
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import HOURS, READINGS
from lifeguard.series import Column, Numbers, Stretch, columns
from lifeguard.spans import Span, union

HOUR = timedelta(hours=1)


async def read_columns(database: Database, server_name: str, pool: str, window: Span, count: int) -> list[Column]:
    """The window in so many columns; all pools that ever had the name are one.

    Raises `ConfigurationError` for a server that the history does not know, and `HistoryUnavailable`.
    """
    async with reading(database, LOOKS_BACK_WITHIN_SECONDS) as connection:
        server_id = await server_id_of(connection, server_name)
        own = [each for each in await known_pools(connection, server_id) if each.name == pool]
        hours = [stretch for each in own for stretch in await _hours(connection, each, window)]
        raw = [stretch for each in own for stretch in await _readings(connection, each, window)]
        looked = watched(await patrol_times(connection, server_id, *window))
    return columns([*hours, *raw], union([*looked, *(stretch.span for stretch in hours)]), window, count)


async def _readings(connection: AsyncConnection, pool: KnownPool, window: Span) -> list[Stretch]:
    question = (
        select(READINGS.c.at, READINGS.c.workers_online, READINGS.c.overdue)
        .where(READINGS.c.pool == pool.id, READINGS.c.at < window.end)
        .where(READINGS.c.at >= window.start - seconds(READING_HOLDS_SECONDS))
        .order_by(READINGS.c.at)
    )
    numbers = [Numbers(*row) for row in await connection.execute(question)]
    of_pool = held(numbers, pool.gone_at)
    return [Stretch(span, each.workers if pool.needs_workers else None, each.overdue) for span, each in of_pool]


async def _hours(connection: AsyncConnection, pool: KnownPool, window: Span) -> list[Stretch]:
    question = (
        select(HOURS.c.hour, HOURS.c.workers_min, HOURS.c.overdue_max)
        .where(HOURS.c.pool == pool.id, HOURS.c.hour < window.end, HOURS.c.hour > window.start - HOUR)
        .order_by(HOURS.c.hour)
    )
    rows = await connection.execute(question)
    return [Stretch(Span(row[0], row[0] + HOUR), row[1] if pool.needs_workers else None, row[2]) for row in rows]
