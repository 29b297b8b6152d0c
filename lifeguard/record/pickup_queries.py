"""How long runs waited to be picked up, read from the history: per pool, in all, and over time.

A slot counts for a window in which it begins. A pool that was deleted and made again under its name is one pool here.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.pickups import Pickups
from lifeguard.record.database import Database, reading
from lifeguard.record.pickup_rows import pickups_of
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import PICKUP_TOTALS, PICKUPS, POOLS, SERVERS
from lifeguard.spans import Span

LOOKS_BACK_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class PickupSlot:
    """The runs that began on a pool from `at` on, for 300 or 3600 seconds. Slots without any are left out."""

    pool: str
    at: datetime
    slot_seconds: int
    pickups: Pickups


async def pickups_of_pools(database: Database, server: str, window: Span) -> dict[str, Pickups]:
    """How long the runs waited that began in a window, by the pool's name; pools on which none began are left out.

    Raises `ConfigurationError` for a server that the history does not know, and `HistoryUnavailable`.
    """
    by_pool: defaultdict[str, Pickups] = defaultdict(Pickups)
    for slot in await pickup_series(database, server, window):
        by_pool[slot.pool] += slot.pickups
    return dict(by_pool)


async def pickup_series(database: Database, server: str, window: Span, pool: str | None = None) -> list[PickupSlot]:
    """The slots of a window, of all pools or of one, by time. Raises as `pickups_of_pools`."""
    own = [POOLS.c.name == pool] if pool is not None else []
    columns = (
        POOLS.c.name,
        *(PICKUPS.c[name] for name in ("at", "slot_seconds", "counts", "sum_seconds", "max_seconds")),
    )
    async with reading(database, LOOKS_BACK_WITHIN_SECONDS) as connection:
        question = await _of_server(connection, server, select(*columns).join(PICKUPS, PICKUPS.c.pool == POOLS.c.id))
        within = (PICKUPS.c.at >= window.start) & (PICKUPS.c.at < window.end)
        rows = await connection.execute(question.where(within, *own).order_by(PICKUPS.c.at, POOLS.c.id))
        return [PickupSlot(row["name"], row["at"], row["slot_seconds"], pickups_of(row)) for row in rows.mappings()]


async def pickup_totals(database: Database, server: str) -> dict[str, Pickups]:
    """The same of all runs that were ever counted on the pools that there are, by name. These numbers never fall.

    A pool that is there and on which no run began has zeros. Raises as `pickups_of_pools`.
    """
    totals: defaultdict[str, Pickups] = defaultdict(Pickups)
    columns = (
        POOLS.c.name,
        POOLS.c.gone_at,
        *(PICKUP_TOTALS.c[name] for name in ("counts", "sum_seconds", "max_seconds")),
    )
    async with reading(database) as connection:
        with_totals = select(*columns).outerjoin(PICKUP_TOTALS, PICKUP_TOTALS.c.pool == POOLS.c.id)
        rows = (await connection.execute(await _of_server(connection, server, with_totals))).mappings().all()
    present = {row["name"] for row in rows if row["gone_at"] is None}
    for row in rows:
        if row["name"] in present:
            totals[row["name"]] += pickups_of(row) if row["counts"] is not None else Pickups()
    return dict(totals)


async def starts_counted_until(database: Database, server: str) -> datetime | None:
    """Up to when starts are counted; None before the first patrol that counted. Raises as `pickups_of_pools`."""
    async with reading(database) as connection:
        own = select(SERVERS.c.starts_counted_until).where(SERVERS.c.id == await server_id_of(connection, server))
        return (await connection.execute(own)).scalar_one()


async def _of_server(connection: AsyncConnection, server: str, question: Select[*tuple[object, ...]]):
    return question.where(POOLS.c.server_id == await server_id_of(connection, server))
