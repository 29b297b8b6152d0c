"""Incidents that were told, from the history. Suspicions that never held are no part of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.history import Life
from lifeguard.incidents import Change, Incident
from lifeguard.record.database import Database, reading
from lifeguard.record.fix_rows import fixes_about
from lifeguard.record.incident_rows import change_of, incident_of
from lifeguard.record.page_rows import pages_about
from lifeguard.record.tables import CHANGES, INCIDENTS, SERVERS

LARGEST_ID = 2**31 - 1


async def read_incident(database: Database, id: int) -> Life | None:
    """One incident from beginning to end; None where there is none with this id. Raises `HistoryUnavailable`."""
    if not 0 < id <= LARGEST_ID:
        return None
    async with reading(database) as connection:
        question = select(SERVERS.c.name.label("server"), INCIDENTS).join(
            SERVERS, SERVERS.c.id == INCIDENTS.c.server_id
        )
        is_meant = (INCIDENTS.c.id == id) & INCIDENTS.c.opened_at.is_not(None)
        row = (await connection.execute(question.where(is_meant))).mappings().first()
        if row is None:
            return None
        incident = incident_of(row)
        pages = await pages_about(connection, id)
        fixes = await fixes_about(connection, id)
        return Life(row["server"], incident, await _changes(connection, incident), tuple(pages), fixes)


async def incidents_between(
    connection: AsyncConnection, server_id: int, since: datetime, until: datetime, pool: str | None
) -> list[Incident]:
    """Every incident that was told and overlaps a window, by the time it opened; of one pool, or of all."""
    own = [INCIDENTS.c.server_id == server_id, *([INCIDENTS.c.pool_name == pool] if pool is not None else [])]
    question = select(INCIDENTS).where(*own, INCIDENTS.c.opened_at.is_not(None), *_overlaps(since, until))
    rows = await connection.execute(question.order_by(INCIDENTS.c.opened_at, INCIDENTS.c.id))
    return [incident_of(row) for row in rows.mappings()]


def _overlaps(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The first condition follows from the second; it is the one that the index knows."""
    return (
        INCIDENTS.c.resolved_at.is_(None) | (INCIDENTS.c.resolved_at > since),
        INCIDENTS.c.resolved_at.is_(None) | (INCIDENTS.c.gone_since > since),
        (INCIDENTS.c.first_seen_at < until) | (INCIDENTS.c.due_since < until),
    )


async def _changes(connection: AsyncConnection, incident: Incident) -> tuple[Change, ...]:
    question = select(CHANGES).where(CHANGES.c.incident_id == incident.id).order_by(CHANGES.c.at, CHANGES.c.id)
    return tuple(change_of(row, incident) for row in (await connection.execute(question)).mappings())
