"""The last hours of some pools, for a picture of each: their numbers, when patrols looked, their incidents."""

from collections.abc import Collection
from itertools import groupby

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS, watched
from lifeguard.incidents import Incident
from lifeguard.pool_day import Point, PoolDay
from lifeguard.record.database import Database, reading
from lifeguard.record.incident_queries import incidents_between
from lifeguard.record.reading_queries import patrol_times
from lifeguard.record.tables import POOLS, READINGS, SERVERS
from lifeguard.spans import Span

NUMBERS = ("at", "workers_online", "overdue", "active_slots", "concurrency_limit")


async def read_pool_days(
    database: Database, server_name: str, pool_ids: Collection[str], window: Span
) -> dict[str, PoolDay]:
    """By the id of each pool that the history knows, what happened to it. Raises `HistoryUnavailable`."""
    async with reading(database) as connection:
        server_id = await _server_id(connection, server_name)
        if server_id is None:
            return {}
        looked = tuple(watched(await patrol_times(connection, server_id, *window)))
        rows = await _readings(connection, server_id, pool_ids, window)
        incidents = await incidents_between(connection, server_id, *window, None)
    by_pool = {id: list(own) for id, own in groupby(rows, key=lambda row: str(row["pool_id"]))}
    return {id: _day(own, looked, incidents, window) for id, own in by_pool.items()}


async def _server_id(connection: AsyncConnection, name: str) -> int | None:
    return (await connection.execute(select(SERVERS.c.id).where(SERVERS.c.name == name))).scalar_one_or_none()


async def _readings(
    connection: AsyncConnection, server_id: int, pool_ids: Collection[str], window: Span
) -> list[RowMapping]:
    """Those of the window, and those before it that still hold at its beginning."""
    since = window.start - seconds(READING_HOLDS_SECONDS)
    question = (
        select(POOLS.c.pool_id, POOLS.c.name, POOLS.c.needs_workers, *(READINGS.c[name] for name in NUMBERS))
        .join(READINGS, READINGS.c.pool == POOLS.c.id)
        .where(POOLS.c.server_id == server_id, POOLS.c.pool_id.in_(list(pool_ids)))
        .where(READINGS.c.at.between(since, window.end))
    )
    return list((await connection.execute(question.order_by(POOLS.c.pool_id, READINGS.c.at))).mappings())


def _day(rows: list[RowMapping], looked: tuple[Span, ...], incidents: list[Incident], window: Span) -> PoolDay:
    name, needs_workers = rows[0]["name"], rows[0]["needs_workers"]
    own = tuple(incident for incident in incidents if incident.finding.pool_name == name)
    return PoolDay(window, needs_workers, tuple(_point(row) for row in rows), looked, own)


def _point(row: RowMapping) -> Point:
    return Point(*(row[name] for name in NUMBERS))
