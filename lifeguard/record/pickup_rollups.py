"""Slots of five minutes become slots of an hour, like readings: both in one transaction, some pools and a day at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import anyio
from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.pickups import Pickups
from lifeguard.record.database import Database, writing
from lifeguard.record.hours import HOUR, full_hour
from lifeguard.record.limits import Limits
from lifeguard.record.pickup_rows import pickups_of, values_of
from lifeguard.record.rollups import PAUSE_SECONDS, Group, groups_of_pools
from lifeguard.record.tables import PICKUPS, POOLS

HOUR_SECONDS = int(HOUR.total_seconds())
HOURS_AT_ONCE = 24


def is_to_roll_up(limits: Limits) -> ColumnElement[bool]:
    """What a slot is that becomes part of an hour: of five minutes, and from before the readings that stay."""
    return and_(PICKUPS.c.slot_seconds < HOUR_SECONDS, PICKUPS.c.at < limits.readings_before)


async def roll_up_pickups(database: Database, limits: Limits) -> int:
    """Turn old slots into hours; how many slots went. Can be stopped at any time."""
    has_old = exists().where(PICKUPS.c.pool == POOLS.c.id, is_to_roll_up(limits))
    went = 0
    for group in await groups_of_pools(database, has_old):
        while step := await _roll_up_once(database, group, limits):
            went += step
            await anyio.sleep(PAUSE_SECONDS)
    return went


async def _roll_up_once(database: Database, group: Group, limits: Limits) -> int:
    """One transaction, from the oldest slot on; none went where nothing was left to do."""
    of_group = PICKUPS.c.pool.in_(group.pools)
    async with writing(database) as connection:
        oldest = (await connection.execute(_oldest(of_group & is_to_roll_up(limits)))).scalar_one()
        if oldest is None:
            return 0
        start = full_hour(oldest)
        end = min(start + HOURS_AT_ONCE * HOUR, limits.readings_before)
        return await _replace(connection, of_group & (PICKUPS.c.at >= start) & (PICKUPS.c.at < end), limits)


async def _replace(connection: AsyncConnection, condition: ColumnElement[bool], limits: Limits) -> int:
    """Put hours in the place of slots; those that would go at once for their age are not written."""
    rows = (await connection.execute(select(PICKUPS).where(condition))).mappings().all()
    await connection.execute(delete(PICKUPS).where(condition))
    hours = [
        {"pool": pool, "at": hour, "slot_seconds": HOUR_SECONDS, **values_of(pickups)}
        for (pool, hour), pickups in _by_hour(rows).items()
        if hour >= limits.hours_before
    ]
    if hours:
        await connection.execute(insert(PICKUPS), hours)
    return sum(row["slot_seconds"] < HOUR_SECONDS or row["at"] < limits.hours_before for row in rows)


def _by_hour(rows: Iterable[Mapping[Any, Any]]) -> dict[tuple[int, datetime], Pickups]:
    hours: defaultdict[tuple[int, datetime], Pickups] = defaultdict(Pickups)
    for row in rows:
        hours[row["pool"], full_hour(row["at"])] += pickups_of(row)
    return dict(hours)


def _oldest(condition: ColumnElement[bool]) -> Any:
    return select(func.min(PICKUPS.c.at)).where(condition)
