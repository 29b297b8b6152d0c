"""How long runs waited, between `Pickups` and rows: in the slot in which they began, and in the total of their pool."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.pickups import Pickups
from lifeguard.record.tables import PICKUP_TOTALS, PICKUPS, POOLS, SERVERS
from lifeguard.record.turns import Turn
from lifeguard.starts import SLOT, Starts, counted

KEYS_AT_ONCE = 400
"""Each is two variables of a statement; PostgreSQL's driver takes 32,767, an old SQLite 999."""
VALUES = ("counts", "sum_seconds", "max_seconds")

Key = tuple[Any, ...]


async def write_starts(connection: AsyncConnection, server: Turn, starts: Starts) -> None:
    """Add what waited and move the mark on; nothing if another patrol has moved it since, which has counted them too."""
    if starts.after != server.starts_counted_until:
        return
    waited = await _by_pool_row(connection, server.id, counted(starts.runs))
    by_pool: defaultdict[Key, Pickups] = defaultdict(Pickups)
    for (pool, _), pickups in waited.items():
        by_pool[(pool,)] += pickups
    await _add(connection, PICKUPS, waited, slot_seconds=int(SLOT.total_seconds()))
    await _add(connection, PICKUP_TOTALS, by_pool)
    own = update(SERVERS).where(SERVERS.c.id == server.id)
    await connection.execute(own.values(starts_counted_until=starts.until))


def pickups_of(row: Mapping[Any, Any]) -> Pickups:
    """What a row counts."""
    return Pickups(tuple(row["counts"]), row["sum_seconds"], row["max_seconds"])


def values_of(pickups: Pickups) -> dict[str, Any]:
    """The columns of a row."""
    return dict(zip(VALUES, (list(pickups.counts), pickups.sum_seconds, pickups.max_seconds), strict=True))


async def _by_pool_row(
    connection: AsyncConnection, server_id: int, waited: Mapping[tuple[str, datetime], Pickups]
) -> dict[Key, Pickups]:
    rows = await connection.execute(select(POOLS.c.pool_id, POOLS.c.id).where(POOLS.c.server_id == server_id))
    ids = {row.pool_id: row.id for row in rows}
    return {(ids[pool_id], slot): pickups for (pool_id, slot), pickups in waited.items() if pool_id in ids}


async def _add(connection: AsyncConnection, table: Table, more: Mapping[Key, Pickups], **fixed: Any) -> None:
    """Add to the rows that are there, which nobody else changes while it is our turn, and make those that are not."""
    names = [column.name for column in table.primary_key]
    there = await _there(connection, table, list(more))
    rows = [
        {**dict(zip(names, key, strict=True)), **fixed, **values_of(there.get(key, Pickups()) + pickups)}
        for key, pickups in more.items()
    ]
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        insertion = dialect.insert(table)
        changes = {name: insertion.excluded[name] for name in VALUES}
        await connection.execute(insertion.on_conflict_do_update(index_elements=names, set_=changes), rows)


async def _there(connection: AsyncConnection, table: Table, keys: Collection[Key]) -> dict[Key, Pickups]:
    columns, found = list(table.primary_key), dict[Key, Pickups]()
    ordered = sorted(keys)
    for start in range(0, len(ordered), KEYS_AT_ONCE):
        some = tuple_(*columns).in_(ordered[start : start + KEYS_AT_ONCE])
        rows = (await connection.execute(select(table).where(some))).mappings()
        found |= {tuple(row[column.name] for column in columns): pickups_of(row) for row in rows}
    return found
