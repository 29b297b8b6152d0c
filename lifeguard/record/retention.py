"""What the history forgets, and when. A patrol never waits long for it: every transaction is a small one.

Readings become hours before they go (`lifeguard.record.rollups`). The limits hold for every server whose history is in
the database. A SQLite file does not shrink: what is freed is used again by the next patrols, so that it reaches a size
and keeps it; to make it smaller, stop the patrols and run `VACUUM`. PostgreSQL's autovacuum does the same with its files.
"""

from datetime import datetime
from typing import Any

import anyio
from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.policy import Policy
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.limits import Limits, limits_of
from lifeguard.record.pickup_rollups import is_to_roll_up, roll_up_pickups
from lifeguard.record.pruned import Pruned
from lifeguard.record.rollups import PAUSE_SECONDS, groups_of_pools, roll_up
from lifeguard.record.tables import (
    CHANGES,
    FIXES,
    HOURS,
    INCIDENTS,
    MEMORY,
    PARTS,
    PATROLS,
    PICKUP_TOTALS,
    PICKUPS,
    POOLS,
    READINGS,
    SERVERS,
)

ROWS_AT_ONCE = 4000
INCIDENTS_AT_ONCE = 200
PLANS_WITHIN_SECONDS = 60.0
"""Counting reads more than a patrol ever does, and nobody waits for it."""


async def prune(database: Database, policy: Policy, now: datetime, *, dry_run: bool) -> Pruned:
    """Forget what is older than the policy keeps; a dry run only counts it.

    Raises `HistoryUnavailable`; what was done until then stays done, and the next run goes on from there.
    """
    limits = limits_of(policy, now)
    planned = await _plan(database, limits)
    return planned if dry_run else await _prune(database, limits)


async def _plan(database: Database, limits: Limits) -> Pruned:
    async with reading(database, PLANS_WITHIN_SECONDS) as connection:
        counts = {name: (await connection.execute(each)).scalar_one() for name, each in _questions(limits).items()}
    return Pruned(limits, **counts)


def _questions(limits: Limits) -> dict[str, Select[int]]:
    """What to count, by table. Readings and hours are counted pool by pool, as they are sorted."""
    old_readings = (READINGS.c.pool == POOLS.c.id) & (READINGS.c.at < limits.readings_before)
    old_hours = (HOURS.c.pool == POOLS.c.id) & (HOURS.c.hour < limits.hours_before)
    old_pickups = is_to_roll_up(limits) | (PICKUPS.c.at < limits.hours_before)
    keeps_readings = exists().where(READINGS.c.pool == POOLS.c.id, READINGS.c.at >= limits.readings_before)
    keeps_hours = exists().where(HOURS.c.pool == POOLS.c.id, HOURS.c.hour >= limits.hours_before)
    keeps_pickups = exists().where(PICKUPS.c.pool == POOLS.c.id, PICKUPS.c.at >= limits.hours_before)
    is_over = (POOLS.c.gone_at < limits.pools_before) & ~keeps_readings & ~keeps_hours & ~keeps_pickups
    changes = CHANGES.join(INCIDENTS, INCIDENTS.c.id == CHANGES.c.incident_id)
    return {
        "readings": _count().select_from(POOLS.join(READINGS, old_readings)),
        "patrols": _count().select_from(PATROLS).where(PATROLS.c.started_at < limits.readings_before),
        "hours": _count().select_from(POOLS.join(HOURS, old_hours)),
        "incidents": _count().select_from(INCIDENTS).where(_is_resolved_before(limits)),
        "fixes": _count().select_from(FIXES).where(_is_old_fix(limits)),
        "changes": _count().select_from(changes).where(_is_resolved_before(limits)),
        "pickups": _count().select_from(POOLS.join(PICKUPS, (PICKUPS.c.pool == POOLS.c.id) & old_pickups)),
        "pools": _count().where(is_over, ~_has_namesake()),
        "parts": _count().select_from(PARTS).where(PARTS.c.handed_out_at < limits.readings_before),
        "memories": _count().select_from(MEMORY).where(MEMORY.c.read_at < limits.readings_before),
    }


async def _prune(database: Database, limits: Limits) -> Pruned:
    """In the order of need: the patrols tell of the readings, and a pool stays as long as anything of it does."""
    readings = await roll_up(database, limits)
    patrols = await _delete_rows(database, PATROLS, PATROLS.c.started_at < limits.readings_before)
    hours = await _delete_hours(database, HOURS.c.hour, limits)
    pickups = await roll_up_pickups(database, limits) + await _delete_hours(database, PICKUPS.c.at, limits)
    fixes = await _delete_rows(database, FIXES, _is_old_fix(limits))
    incidents, changes = await _delete_incidents(database, limits)
    pools = await _delete_pools(database, limits)
    parts = await _delete_rows(database, PARTS, PARTS.c.handed_out_at < limits.readings_before)
    memories = await _delete_rows(database, MEMORY, MEMORY.c.read_at < limits.readings_before)
    return Pruned(limits, readings, patrols, hours, pickups, incidents, changes, fixes, pools, parts, memories)


async def _delete_hours(database: Database, hour: Column[datetime], limits: Limits) -> int:
    """Some pools at a time: these tables are sorted by pool, and by far the largest."""
    table = hour.table
    is_old = exists().where(table.c.pool == POOLS.c.id, hour < limits.hours_before)
    deleted = 0
    for group in await groups_of_pools(database, is_old):
        deleted += await _delete_rows(database, table, table.c.pool.in_(group.pools) & (hour < limits.hours_before))
    return deleted


async def _delete_rows(database: Database, table: Table, condition: ColumnElement[bool]) -> int:
    """Delete what meets a condition, so many rows in a transaction; how many went."""
    key: Any = tuple_(*table.primary_key)
    some = select(*table.primary_key).where(condition).limit(ROWS_AT_ONCE)
    total, deleted = 0, ROWS_AT_ONCE
    while deleted == ROWS_AT_ONCE:
        async with writing(database) as connection:
            deleted = (await connection.execute(delete(table).where(key.in_(some)))).rowcount
        total += deleted
        await anyio.sleep(PAUSE_SECONDS)
    return total


async def _delete_incidents(database: Database, limits: Limits) -> tuple[int, int]:
    """Those that were resolved long ago, and their changes; how many of each went."""
    incidents = changes = 0
    some = select(INCIDENTS.c.id).where(_is_resolved_before(limits)).limit(INCIDENTS_AT_ONCE)
    while True:
        async with writing(database) as connection:
            ids = (await connection.execute(some)).scalars().all()
            changes += (await connection.execute(delete(CHANGES).where(CHANGES.c.incident_id.in_(ids)))).rowcount
            incidents += (await connection.execute(delete(INCIDENTS).where(INCIDENTS.c.id.in_(ids)))).rowcount
        if len(ids) < INCIDENTS_AT_ONCE:
            return incidents, changes
        await anyio.sleep(PAUSE_SECONDS)


async def _delete_pools(database: Database, limits: Limits) -> int:
    """Those of which nothing is left; in turn with the patrols, one of which may just see such a pool again."""
    has_rows = [exists().where(table.c.pool == POOLS.c.id) for table in (READINGS, HOURS, PICKUPS)]
    is_over = and_(POOLS.c.gone_at < limits.pools_before, ~or_(*has_rows), ~_has_namesake())
    async with writing(database) as connection:
        await _take_turn(connection)
        return (await connection.execute(delete(POOLS).where(is_over))).rowcount


def _has_namesake() -> ColumnElement[bool]:
    """Whether a pool of the same name is there, of whose total the starts of this one are a part, and never fall."""
    other = POOLS.alias()
    same = (other.c.server_id == POOLS.c.server_id) & (other.c.name == POOLS.c.name) & (other.c.id != POOLS.c.id)
    has_total = exists().where(PICKUP_TOTALS.c.pool == POOLS.c.id)
    return has_total & exists().where(same, other.c.gone_at.is_(None))


async def _take_turn(connection: AsyncConnection) -> None:
    await connection.execute(select(SERVERS.c.id).order_by(SERVERS.c.id).with_for_update())


def _is_old_fix(limits: Limits) -> ColumnElement[bool]:
    """One goes with its incident, or when it is as old where it has none."""
    has_old_incident = exists().where(INCIDENTS.c.id == FIXES.c.incident_id, _is_resolved_before(limits))
    return has_old_incident | (FIXES.c.incident_id.is_(None) & (FIXES.c.at < limits.incidents_before))


def _is_resolved_before(limits: Limits) -> ColumnElement[bool]:
    return INCIDENTS.c.resolved_at < limits.incidents_before


def _count() -> Select[int]:
    return select(func.count())
