"""Bringing an estate into a server's database, in bulk through the server's own tables; and keeping it as old as it was."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from benchmarks.estates.pools import Row, base_job_templates, places, pool_rows, queue_rows, worker_rows
from benchmarks.estates.runs import deployment_rows, flow_rows, kinds, limit_rows, owners, run_rows, state_row
from benchmarks.estates.size import Size

ROWS_AT_ONCE = 2_000
REFERENCES = (
    "UPDATE work_pool SET default_queue_id = "
    "(SELECT id FROM work_queue WHERE work_pool_id = work_pool.id AND name = 'default')",
    "UPDATE flow_run SET state_id = (SELECT id FROM flow_run_state WHERE flow_run_id = flow_run.id)",
)
"""Those that point at rows which are only there later."""

LATER = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', {column}, :later)",
    "postgresql": "{column} + cast(:later as interval)",
}
UNFINISHED = "state_type IN ('SCHEDULED', 'PENDING', 'RUNNING')"
SHIFTED = (
    ("worker", "last_heartbeat_time", "status = 'ONLINE'"),
    ("work_queue", "last_polled", "status = 'READY'"),
    ("flow_run", "expected_start_time", UNFINISHED),
    ("flow_run", "next_scheduled_start_time", "state_type = 'SCHEDULED'"),
    ("flow_run", "start_time", "state_type = 'RUNNING'"),
    ("flow_run", "state_timestamp", UNFINISHED),
    ("flow_run_state", "timestamp", "type IN ('SCHEDULED', 'PENDING', 'RUNNING')"),
)
"""What grows old while nobody works: with the server's services off and no worker there, all of it would soon be wrong."""


async def fill(url: str, size: Size, now: datetime) -> Counter[str]:
    """Migrate an empty database and bring the estate into it; how many rows each table got."""
    from prefect.server.database import provide_database_interface
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings

    written = Counter[str]()
    with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
        database = provide_database_interface()
        await database.create_db()
        engine = await database.engine()
        async with engine.begin() as connection:
            for table, rows in tables(size, now):
                written[table.name] += await _insert(connection, table, rows)
            for statement in REFERENCES:
                await connection.execute(text(statement))
        await engine.dispose()
    return written


def tables(size: Size, now: datetime) -> Iterator[tuple[Table, Iterable[Row]]]:
    """Each table with its rows, those before which others refer to."""
    from prefect.server.database import orm_models as orm

    chance = random.Random(9)
    found = places(size, chance)
    deployments = owners(size, found, chance)
    limits = list(limit_rows(deployments, chance))
    yield _table(orm.WorkPool), pool_rows(found, base_job_templates())
    yield _table(orm.WorkQueue), queue_rows(found, now)
    yield _table(orm.Worker), worker_rows(found, now, chance)
    yield _table(orm.Flow), flow_rows(deployments)
    yield _table(orm.ConcurrencyLimitV2), limits
    yield _table(orm.Deployment), deployment_rows(deployments, limits)
    for kind in kinds(size):
        runs = list(run_rows(kind, deployments, now, chance))
        yield _table(orm.FlowRun), runs
        yield _table(orm.FlowRunState), map(state_row, runs)


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


async def _insert(connection: AsyncConnection, table: Table, rows: Iterable[Row]) -> int:
    waiting, written = iter(rows), 0
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        await connection.execute(insert(table), some)
        written += len(some)
    return written


async def age(engine: AsyncEngine, by: timedelta) -> None:
    """Move every time that the estate's state rests on by so much, as if its workers had gone on and its runs were as late."""
    later = LATER[engine.dialect.name]
    amount = by if engine.dialect.name == "postgresql" else f"{by.total_seconds():+.3f} seconds"
    async with engine.begin() as connection:
        for table, column, chosen in SHIFTED:
            moved = later.format(column=column)
            await connection.execute(text(f"UPDATE {table} SET {column} = {moved} WHERE {chosen}"), {"later": amount})
