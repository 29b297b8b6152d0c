"""A day of patrols, and more days that are like it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from benchmarks.fleet import API_URL, Fleet
from lifeguard.facts import seconds
from lifeguard.record.database import Database, writing
from lifeguard.record.readings import write_readings
from lifeguard.record.remember import remember
from lifeguard.record.tables import PATROLS, READINGS, SERVERS

DAY_SECONDS = 86_400
EVERY_SECONDS = 60
HOURS, PATROLS_AN_HOUR = 24, 60
LATER = {
    "SQLite": "strftime('%Y-%m-%d %H:%M:%f000', at, '+{days} days')",
    "PostgreSQL": "at + interval '{days} days'",
}


async def spend_a_day(database: Database, fleet: Fleet, churn: float) -> None:
    """The patrols and readings of a day, an hour in each transaction, which is quicker and writes the same rows."""
    await remember(database, fleet.patrol(1, 0), "the first")
    for hour in range(HOURS):
        async with writing(database, None) as connection:
            server_id = (await connection.execute(select(SERVERS.c.id).where(SERVERS.c.name == API_URL))).scalar_one()
            for minute in range(PATROLS_AN_HOUR):
                await _patrol(connection, server_id, fleet, churn, f"01234567-89ab-cdef-0123-{hour:06}{minute:06}")


async def _patrol(connection: AsyncConnection, server_id: int, fleet: Fleet, churn: float, patrol_id: str) -> None:
    look = fleet.patrol(churn, EVERY_SECONDS)
    times = {"started_at": look.started_at, "finished_at": look.finished_at, "duration_seconds": 2.0}
    seen: dict[str, Any] = {"complete": True, "saw_pools": True, "superseded": False, "missing": [], "api_calls": 17}
    await connection.execute(insert(PATROLS), {"id": patrol_id, "server_id": server_id, **times, **seen})
    await write_readings(connection, server_id, look.pools, True, look.started_at)


async def repeat_day(database: Database, first: datetime, days: int) -> None:
    """Copy the readings of the day that begins at `first`, each day in the order of time, until there are so many."""
    is_first_day = (READINGS.c.at > first) & (READINGS.c.at <= first + seconds(DAY_SECONDS))
    names = [column.name for column in READINGS.c]
    for day in range(1, days):
        later: ColumnElement[Any] = literal_column(LATER[database.kind].format(days=day), READINGS.c.at.type)
        columns: list[ColumnElement[Any]] = [later if column.name == "at" else column for column in READINGS.c]
        copies: Select[Any] = select(*columns).where(is_first_day).order_by(READINGS.c.at)
        async with writing(database, None) as connection:
            await connection.execute(insert(READINGS).from_select(names, copies))
