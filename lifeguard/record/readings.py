"""The numbers of pools over time, as intervals: a row when something changed, and once an hour."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.findings import PoolReading
from lifeguard.record.tables import POOLS, READINGS

KEYFRAME_SECONDS = 3600.0
VALUES = tuple(column.name for column in READINGS.c if column.name not in ("pool", "at"))
DESCRIPTION = ("name", "type", "needs_workers")
POOL_COLUMNS = ("id", "pool_id", *DESCRIPTION, "gone_at")
ROW_ID = "row_id"


async def write_readings(
    connection: AsyncConnection, server_id: int, pools: Sequence[PoolReading], saw_all: bool, now: datetime
) -> None:
    """Write what changed since the newest row of each pool; with `saw_all`, mark the pools that are no longer there."""
    known = await _known(connection, server_id)
    await _introduce(connection, server_id, [pool for pool in pools if pool.id not in known])
    if any(pool.id not in known for pool in pools):
        known = await _known(connection, server_id)
    changed = [pool for pool in pools if is_worth_a_row(known[pool.id], values_of(pool), now)]
    if changed:
        rows = [{"pool": known[pool.id]["id"], "at": now, **values_of(pool)} for pool in changed]
        await connection.execute(insert(READINGS), rows)
        await _point_to_newest(connection, [known[pool.id]["id"] for pool in changed], now)
    await _describe(connection, known, pools)
    if saw_all:
        await _mark_gone(connection, known, {pool.id for pool in pools}, now)


def values_of(pool: PoolReading) -> dict[str, Any]:
    """The columns of a reading."""
    return dict(zip(VALUES, _values(pool), strict=True)) | {"verdict": pool.verdict.value}


def is_worth_a_row(newest: Mapping[Any, Any], values: Mapping[str, Any], now: datetime) -> bool:
    """Whether something differs from the newest row, or that row is an hour old, or the pool was gone meanwhile."""
    at = newest["at"]
    if at is None or now - at >= seconds(KEYFRAME_SECONDS):
        return True
    is_back = newest["gone_at"] is not None
    return at < now and (is_back or any(newest[name] != value for name, value in values.items()))


async def _known(connection: AsyncConnection, server_id: int) -> Mapping[str, Mapping[Any, Any]]:
    """Every pool of the server with its newest reading, as plain dictionaries: all of them are compared at each patrol."""
    newest = (READINGS.c.pool == POOLS.c.id) & (READINGS.c.at == POOLS.c.last_reading_at)
    columns = [*(POOLS.c[name] for name in POOL_COLUMNS), *(READINGS.c[name] for name in ("at", *VALUES))]
    question = select(*columns).select_from(POOLS.outerjoin(READINGS, newest))
    rows = await connection.execute(question.where(POOLS.c.server_id == server_id))
    names = tuple(rows.keys())
    return {row.pool_id: dict(zip(names, row, strict=True)) for row in rows}


async def _introduce(connection: AsyncConnection, server_id: int, pools: Iterable[PoolReading]) -> None:
    rows = [{"server_id": server_id, "pool_id": pool.id, **_description(pool)} for pool in pools]
    if rows:
        await connection.execute(insert(POOLS), rows)


async def _point_to_newest(connection: AsyncConnection, pools: Sequence[int], now: datetime) -> None:
    pointing = update(POOLS).where(POOLS.c.id == bindparam(ROW_ID)).values(last_reading_at=now)
    await connection.execute(pointing, [{ROW_ID: pool} for pool in pools])


async def _describe(
    connection: AsyncConnection, known: Mapping[str, Mapping[Any, Any]], pools: Sequence[PoolReading]
) -> None:
    """A pool can change its type, and one that was ignored for a while is back."""
    rows = [
        {ROW_ID: known[pool.id]["id"], **{f"new_{name}": value for name, value in _description(pool).items()}}
        for pool in pools
        if known[pool.id]["gone_at"] or _described(pool) != _described_in(known[pool.id])
    ]
    if rows:
        new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in DESCRIPTION}
        await connection.execute(update(POOLS).where(POOLS.c.id == bindparam(ROW_ID)).values(**new, gone_at=None), rows)


async def _mark_gone(
    connection: AsyncConnection, known: Mapping[str, Mapping[Any, Any]], present: set[str], now: datetime
) -> None:
    rows = [{ROW_ID: row["id"]} for id, row in known.items() if id not in present and row["gone_at"] is None]
    if rows:
        await connection.execute(update(POOLS).where(POOLS.c.id == bindparam(ROW_ID)).values(gone_at=now), rows)


def _description(pool: PoolReading) -> dict[str, Any]:
    return dict(zip(DESCRIPTION, _described(pool), strict=True))


_values: Callable[[PoolReading], tuple[Any, ...]] = attrgetter(*VALUES)
_described: Callable[[PoolReading], tuple[Any, ...]] = attrgetter(*DESCRIPTION)
_described_in: Callable[[Mapping[Any, Any]], tuple[Any, ...]] = itemgetter(*DESCRIPTION)
