"""Patrols of one server take turns at its row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.record.tables import SERVERS


@dataclass(frozen=True, slots=True)
class Turn:
    """A server's row: its id, the times of the newest look that is written, and up to when starts are counted."""

    id: int
    last_started_at: datetime | None
    last_look_at: datetime | None
    starts_counted_until: datetime | None = None


async def take_turn(connection: AsyncConnection, name: str) -> Turn:
    """The server's row, which nobody else can have until this transaction ends."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    await connection.execute(dialect.insert(SERVERS).values(name=name).on_conflict_do_nothing())
    times = (SERVERS.c.last_started_at, SERVERS.c.last_look_at, SERVERS.c.starts_counted_until)
    own = select(SERVERS.c.id, *times).where(SERVERS.c.name == name).with_for_update()
    return Turn(*(await connection.execute(own)).one())
