"""How fast each pool has started runs in the last day, and how long a run held its slot."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.pace import Active, Pace, pace_of
from lifeguard.record.database import Database, reading
from lifeguard.record.pickup_rows import pickups_of
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import PICKUPS, POOLS, READINGS, SERVERS

DAY = timedelta(days=1)
LOOKS_BACK_WITHIN_SECONDS = 60.0


async def paces_of_pools(database: Database, server: str, now: datetime) -> dict[str, Pace]:
    """The pace of the pools on which runs began, by name. Raises `ConfigurationError` and `HistoryUnavailable`."""
    async with reading(database, LOOKS_BACK_WITHIN_SECONDS) as connection:
        server_id = await server_id_of(connection, server)
        began = await _began(connection, server_id, now - DAY)
        active = await _active(connection, list(began), now - DAY)
        counted = select(SERVERS.c.starts_counted_until).where(SERVERS.c.id == server_id)
        until = (await connection.execute(counted)).scalar_one() or now - DAY
    return {name: pace_of(slots, active.get(id, ()), until) for id, (name, slots) in began.items()}


async def _began(
    connection: AsyncConnection, server_id: int, since: datetime
) -> Mapping[int, tuple[str, dict[datetime, int]]]:
    """By the pool's row: its name, and how many runs began in each slot of five minutes."""
    is_there = (POOLS.c.server_id == server_id) & POOLS.c.gone_at.is_(None)
    own = is_there & (PICKUPS.c.at >= since) & (PICKUPS.c.slot_seconds == 300)
    question = select(POOLS.c.id, POOLS.c.name, PICKUPS).join(PICKUPS, PICKUPS.c.pool == POOLS.c.id).where(own)
    found: dict[int, tuple[str, dict[datetime, int]]] = {}
    for row in (await connection.execute(question)).mappings():
        found.setdefault(row["pool"], (row["name"], {}))[1][row["at"]] = pickups_of(row).runs
    return found


async def _active(connection: AsyncConnection, pools: Sequence[int], since: datetime) -> Mapping[int, list[Active]]:
    columns = (READINGS.c.pool, READINGS.c.at, READINGS.c.pending, READINGS.c.running)
    question = select(*columns).where(READINGS.c.pool.in_(pools), READINGS.c.at >= since)
    found: defaultdict[int, list[Active]] = defaultdict(list)
    for row in (await connection.execute(question.order_by(READINGS.c.pool, READINGS.c.at))).mappings():
        found[row["pool"]].append(Active(row["at"], _held(row)))
    return found


def _held(row: Mapping[Any, Any]) -> int | None:
    return None if row["pending"] is None or row["running"] is None else row["pending"] + row["running"]
