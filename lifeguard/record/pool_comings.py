"""Which work pools came to a server and went from it, as far as patrols saw it."""

from datetime import datetime

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.record.database import Database, reading
from lifeguard.record.tables import HOURS, PATROLS, POOLS, READINGS, SERVERS
from lifeguard.spans import Span


async def pools_that_came_and_went(
    database: Database, server: str, window: Span
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of pools that were first seen in a window, and of those that are gone since then.

    Of a history that began in the window, nobody knows what came. Raises `HistoryUnavailable`.
    """
    async with reading(database) as connection:
        server_id = (
            await connection.execute(select(SERVERS.c.id).where(SERVERS.c.name == server))
        ).scalar_one_or_none()
        first_patrol = select(func.min(PATROLS.c.started_at)).where(PATROLS.c.server_id == server_id)
        began: datetime | None = (await connection.execute(first_patrol)).scalar_one()
        rows = await _pools(connection, server_id)
    there = {row["name"] for row in rows if row["gone_at"] is None}
    before = {row["name"] for row in rows if (first := _first(row)) and first < window.start}
    went = {row["name"] for row in rows if row["gone_at"] and window.start <= row["gone_at"] < window.end} - there
    is_known = bool(before) or (began is not None and began < window.start)
    return tuple(sorted(there - before)) if is_known else (), tuple(sorted(went))


async def _pools(connection: AsyncConnection, server_id: int | None) -> list[RowMapping]:
    reading_at = select(func.min(READINGS.c.at)).where(READINGS.c.pool == POOLS.c.id).scalar_subquery()
    hour = select(func.min(HOURS.c.hour)).where(HOURS.c.pool == POOLS.c.id).scalar_subquery()
    columns = (POOLS.c.name, POOLS.c.gone_at, reading_at.label("reading_at"), hour.label("hour"))
    return list((await connection.execute(select(*columns).where(POOLS.c.server_id == server_id))).mappings())


def _first(row: RowMapping) -> datetime | None:
    """When it was first seen: readings go when they are old, and their hours stay."""
    return min((time for time in (row["reading_at"], row["hour"]) if time), default=None)
