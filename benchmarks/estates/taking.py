"""Runs that become due: workers take them, or nobody does and they become Late; and the scheduler makes the next ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from prefect.server.database import orm_models as orm
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.estates.pools import PUSH, Row
from benchmarks.estates.runs import INFRASTRUCTURE, MINUTE, Owner, run_row, state_row

SCHEDULED_AHEAD = 100 * MINUTE
LATE_AFTER = timedelta(seconds=15)
"""PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS."""


def table(model: Any) -> Table:
    """That of one of Prefect's models."""
    found: Table = model.__table__
    return found


async def take_due(connection: AsyncConnection, owners: Mapping[UUID, Owner], now: datetime) -> None:
    """What has become due goes its way; for each of it, another one is scheduled as far ahead as the scheduler plans."""
    run, queue, pool = table(orm.FlowRun), table(orm.WorkQueue), table(orm.WorkPool)
    is_due = (run.c.state_name == "Scheduled") & (run.c.next_scheduled_start_time <= now)
    rows = (
        await connection.execute(
            select(run.c.id, run.c.deployment_id, run.c.expected_start_time, queue.c.status, pool.c.type)
            .join(queue, queue.c.id == run.c.work_queue_id)
            .join(pool, pool.c.id == queue.c.work_pool_id)
            .where(is_due)
        )
    ).all()
    late = [row for row in rows if row.type != PUSH and row.status != "READY" and row[2] <= now - LATE_AFTER]
    taken = [row for row in rows if row.type != PUSH and row.status == "READY"]
    handed_out = [row for row in rows if row.type == PUSH]
    await become(connection, dict.fromkeys((row.id for row in late), now), "SCHEDULED", "Late")
    await become(connection, dict.fromkeys((row.id for row in taken), now), "PENDING", "Pending")
    await become(
        connection,
        dict.fromkeys((row.id for row in handed_out), now),
        "COMPLETED",
        "Completed",
        "start_time",
        "end_time",
    )
    planned = ((owners[row.deployment_id], row[2] + SCHEDULED_AHEAD) for row in (*late, *taken, *handed_out))
    await make(connection, (run_row(owner, "SCHEDULED", "Scheduled", due, "planned") for owner, due in planned))


async def take_late(connection: AsyncConnection, queues: Sequence[UUID], now: datetime) -> None:
    """Workers take what has become Late in these queues."""
    run = table(orm.FlowRun)
    is_late = (run.c.state_name == "Late") & run.c.work_queue_id.in_(queues)
    found = (await connection.execute(select(run.c.id).where(is_late))).scalars()
    await become(connection, dict.fromkeys(found, now), "PENDING", "Pending")


async def become(connection: AsyncConnection, when: Mapping[UUID, datetime], type: str, name: str, *times: str) -> None:
    """Give runs another state when it came about, as the server does: a new one each, to which the run points.

    `times` are the columns that hold that time, too.
    """
    if not when:
        return
    run, state = table(orm.FlowRun), table(orm.FlowRunState)
    made = [{"id": uuid4(), "flow_run_id": id, "type": type, "name": name, "timestamp": at} for id, at in when.items()]
    await connection.execute(insert(state), made)
    its_time = bindparam("its_time", type_=run.c.updated.type)
    held: Row = {"state_type": type, "state_name": name, "state_id": bindparam("its_state")}
    held |= dict.fromkeys(("state_timestamp", "updated", *times), its_time)
    if type != "SCHEDULED":
        held |= {"next_scheduled_start_time": None, "infrastructure_pid": INFRASTRUCTURE}
    chosen = update(run).where(run.c.id == bindparam("its_id")).values(**held)
    values = [{"its_id": row["flow_run_id"], "its_state": row["id"], "its_time": row["timestamp"]} for row in made]
    await connection.execute(chosen, values)


async def make(connection: AsyncConnection, rows: Iterable[Row]) -> None:
    """Create runs, with the state that they are in."""
    runs = list(rows)
    if not runs:
        return
    run, state = table(orm.FlowRun), table(orm.FlowRunState)
    states = [{**state_row(row), "id": uuid4()} for row in runs]
    await connection.execute(insert(run), runs)
    await connection.execute(insert(state), states)
    points = update(run).where(run.c.id == bindparam("its_id"))
    values = points.values(state_id=bindparam("its_state"), updated=run.c.created)
    await connection.execute(values, [{"its_id": each["flow_run_id"], "its_state": each["id"]} for each in states])
