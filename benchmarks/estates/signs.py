"""The signs of life that workers leave in the server's database, and what its Foreman makes of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from prefect.server.database import orm_models as orm
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.estates.taking import table, take_late

GONE_FOR = timedelta(seconds=105)
"""When the Foreman has noticed at the latest: three intervals of 30 s and its own 15 s (Prefect 3.9.1)."""


async def renew(connection: AsyncConnection, now: datetime) -> None:
    """A heartbeat of each worker that lives, and a poll of each queue that somebody polls."""
    worker, queue = table(orm.Worker), table(orm.WorkQueue)
    await connection.execute(update(worker).where(worker.c.status == "ONLINE").values(last_heartbeat_time=now))
    await connection.execute(update(queue).where(queue.c.status == "READY").values(last_polled=now))


async def go_away(connection: AsyncConnection, pools: Sequence[UUID], now: datetime) -> None:
    """All workers of these pools were last heard of some time ago."""
    await _set(connection, pools, "OFFLINE", "NOT_READY", now - GONE_FOR)


async def come_back(connection: AsyncConnection, pools: Sequence[UUID], now: datetime) -> None:
    """They are there again, and take what has become late meanwhile."""
    await _set(connection, pools, "ONLINE", "READY", now)
    queue = table(orm.WorkQueue)
    found = await connection.execute(select(queue.c.id).where(queue.c.work_pool_id.in_(pools)))
    await take_late(connection, list(found.scalars()), now)


async def _set(connection: AsyncConnection, pools: Sequence[UUID], worker: str, other: str, heard: datetime) -> None:
    workers, queues, work_pools = table(orm.Worker), table(orm.WorkQueue), table(orm.WorkPool)
    of_workers = update(workers).where(workers.c.work_pool_id.in_(pools))
    of_queues = update(queues).where(queues.c.work_pool_id.in_(pools))
    await connection.execute(of_workers.values(status=worker, last_heartbeat_time=heard))
    await connection.execute(of_queues.values(status=other, last_polled=heard))
    await connection.execute(update(work_pools).where(work_pools.c.id.in_(pools)).values(status=other))
