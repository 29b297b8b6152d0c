"""What is still to be told: the changes of incidents that nobody has heard of. Told at least once, in their order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from lifeguard.facts import seconds
from lifeguard.incidents import Change
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.incident_rows import change_of, incident_of
from lifeguard.record.tables import CHANGES, INCIDENTS, SERVERS

TOLD_AT_ONCE = 500
NEWS_FOR_SECONDS = 86_400.0
"""What nobody could be told for a day, and is over, is no news any more: the history has it."""


async def untold(database: Database, server: str, now: datetime) -> list[Change]:
    """The changes of a server's incidents that are to be told, oldest first. Raises `HistoryUnavailable`."""
    is_news = or_(INCIDENTS.c.resolved_at.is_(None), CHANGES.c.at > now - seconds(NEWS_FOR_SECONDS))
    question = (
        select(*(column.label(f"change_{column.name}") for column in CHANGES.c), INCIDENTS)
        .join(INCIDENTS, INCIDENTS.c.id == CHANGES.c.incident_id)
        .join(SERVERS, SERVERS.c.id == INCIDENTS.c.server_id)
        .where(and_(CHANGES.c.told_at.is_(None), SERVERS.c.name == server, is_news))
        .order_by(CHANGES.c.id)
        .limit(TOLD_AT_ONCE)
    )
    async with reading(database) as connection:
        rows = (await connection.execute(question)).mappings().all()
    return [change_of(_change_columns(row), incident_of(row)) for row in rows]


async def mark_told(database: Database, changes: Iterable[Change], now: datetime) -> None:
    """Remember that these were told. Raises `HistoryUnavailable`; then they are told once more, under the same id."""
    ids = [change.id for change in changes if change.id is not None]
    if ids:
        async with writing(database) as connection:
            await connection.execute(update(CHANGES).where(CHANGES.c.id.in_(ids)).values(told_at=now))


def _change_columns(row: Any) -> dict[str, Any]:
    return {column.name: row[f"change_{column.name}"] for column in CHANGES.c}
