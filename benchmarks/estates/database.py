"""Bringing an estate into a server's database, in bulk through the server's own tables."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

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

STATEMENT_SECONDS = 600.0
"""For a statement about all 60,000 runs of 2,000 pools PostgreSQL takes more than the 10 s that Prefect gives it."""

SEED = 9
"""The same estate comes of it each time."""


async def fill(url: str, size: Size, now: datetime) -> Counter[str]:
    """Migrate an empty database and bring the estate into it; how many rows each table got."""
    from prefect.server.database import provide_database_interface
    from prefect.settings import (
        PREFECT_API_DATABASE_CONNECTION_URL,
        PREFECT_API_DATABASE_TIMEOUT,
        temporary_settings,
    )

    written = Counter[str]()
    with temporary_settings(
        {PREFECT_API_DATABASE_CONNECTION_URL: url, PREFECT_API_DATABASE_TIMEOUT: STATEMENT_SECONDS}
    ):
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

    chance = random.Random(SEED)
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
