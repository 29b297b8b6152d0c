"""What a ledger says, without what differs from one time to the next: ids and times."""

from dataclasses import dataclass

import anyio
from sqlalchemy import select

from lifeguard.record.database import database_at, reading
from lifeguard.record.tables import CHANGES, INCIDENTS


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One incident: what it is, how bad, whether it is open, and its changes in their order."""

    fingerprint: str
    severity: str
    is_open: bool
    kinds: tuple[str, ...]


def ledger(url: str) -> list[Entry]:
    """Every incident of the database, of all servers."""
    return anyio.run(_ledger, url)


async def _ledger(url: str) -> list[Entry]:
    async with reading(database_at(url, "the test")) as connection:
        incidents = (await connection.execute(select(INCIDENTS))).mappings().all()
        changes = (await connection.execute(select(CHANGES).order_by(CHANGES.c.id))).mappings().all()
    return sorted(
        Entry(
            row["fingerprint"],
            row["severity"],
            row["opened_at"] is not None and row["resolved_at"] is None,
            tuple(change["kind"] for change in changes if change["incident_id"] == row["id"]),
        )
        for row in incidents
    )
