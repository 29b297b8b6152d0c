"""What a history holds, in numbers, for somebody who wants to know whether it works."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lifeguard.record import schema
from lifeguard.record.database import Database, reading
from lifeguard.record.tables import INCIDENTS, PATROLS, PICKUPS, READINGS, SERVERS


@dataclass(frozen=True, slots=True)
class HistoryState:
    """The revision of the tables, and what is in them, of all servers together."""

    revision: str
    servers: int
    patrols: int
    readings: int
    pickup_slots: int
    open_incidents: int
    incidents: int
    newest_patrol_at: datetime | None


async def state_of(database: Database) -> HistoryState:
    """Count; raises `HistoryUnavailable`, and `NoHistoryYet` where there is nothing to count."""
    opened = INCIDENTS.c.opened_at.is_not(None)
    questions = (
        select(func.count()).select_from(SERVERS),
        select(func.count()).select_from(PATROLS),
        select(func.count()).select_from(READINGS),
        select(func.count()).select_from(PICKUPS),
        select(func.count()).select_from(INCIDENTS).where(opened & INCIDENTS.c.resolved_at.is_(None)),
        select(func.count()).select_from(INCIDENTS).where(opened),
        select(PATROLS.c.started_at).order_by(PATROLS.c.started_at.desc()).limit(1),
    )
    async with reading(database) as connection:
        answers: list[Any] = [(await connection.execute(question)).scalar() for question in questions]
    return HistoryState(schema.newest(), *answers)
