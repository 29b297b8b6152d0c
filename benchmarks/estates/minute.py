"""What a minute does to runs: as many begin and end as there is room for, and what is late goes on being as late.

Numbers are kept at those with which the estate was made: what ends is made up for by a run of the same deployment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.server.database import orm_models as orm
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.estates.runs import BEGINS_AFTER, MINUTE, Owner, run_row
from benchmarks.estates.size import Size
from benchmarks.estates.taking import become, make, table

PENDING_FOR_MINUTES, RUNNING_FOR_MINUTES = 3, 8
LATE_FOR = 180 * MINUTE
JUST_LATE = timedelta(seconds=30)
DELETED_AT_ONCE = 500


async def begin_and_end(
    connection: AsyncConnection, owners: Mapping[UUID, Owner], size: Size, minutes: float, now: datetime
) -> None:
    """The oldest that run end, the oldest that are pending begin, and new ones come for those that ended.

    Where runs are late although workers are there, new ones begin at once: to begin after minutes of being pending would look
    as if the workers caught up with what is late.
    """
    number = round(max(size.pending / PENDING_FOR_MINUTES, size.running / RUNNING_FOR_MINUTES) * minutes)
    ending = await _oldest(connection, "RUNNING", min(number, size.running))
    await become(connection, _over([id for id, _ in ending], minutes, now), "COMPLETED", "Completed", "end_time")
    again = [owners[deployment] for _, deployment in ending]
    at_once = [owner for owner in again if owner.place.has_late_runs]
    beginning = await _oldest(connection, "PENDING", len(again) - len(at_once))
    await become(connection, _over([id for id, _ in beginning], minutes, now), "RUNNING", "Running", "start_time")
    others = [owner for owner in again if not owner.place.has_late_runs]
    for type, name, wanted, first in (
        ("RUNNING", "Running", size.running, at_once),
        ("PENDING", "Pending", size.pending, []),
    ):
        missing = max(0, wanted - await _number(connection, table(orm.FlowRun).c.state_type == type))
        called = _over(range(missing), minutes, now - BEGINS_AFTER)
        found = zip([*first, *others], called.values(), strict=False)
        await make(connection, (run_row(owner, type, name, due, f"called-{name.lower()}") for owner, due in found))


def _over(those: Sequence[Any], minutes: float, now: datetime) -> dict[Any, datetime]:
    """A time of its own for each, spread evenly over the minutes until now."""
    return {each: now - number / len(those) * minutes * MINUTE for number, each in enumerate(those)}


async def renew_late(connection: AsyncConnection, owners: Mapping[UUID, Owner], size: Size, now: datetime) -> None:
    """What has been late for hours is given up, and something else of the same deployment is late since just now."""
    run = table(orm.FlowRun)
    is_late = run.c.state_name == "Late"
    too_old = (
        await connection.execute(
            select(run.c.id, run.c.deployment_id, run.c.expected_start_time)
            .where(is_late & (run.c.expected_start_time < now - LATE_FOR))
            .order_by(run.c.expected_start_time)
        )
    ).all()
    await _delete(connection, [row.id for row in too_old])
    missing = max(0, size.late - await _number(connection, is_late))
    again = [(owners[row.deployment_id], row.expected_start_time + LATE_FOR - JUST_LATE) for row in too_old[:missing]]
    await make(connection, (run_row(owner, "SCHEDULED", "Late", due, "given-again") for owner, due in again))


async def trim(connection: AsyncConnection, size: Size) -> None:
    """No more runs have ended than at first: the oldest are deleted."""
    run = table(orm.FlowRun)
    more = await _number(connection, run.c.state_type == "COMPLETED") - size.completed
    if more > 0:
        await _delete(connection, [id for id, _ in await _oldest(connection, "COMPLETED", more)])


async def _oldest(connection: AsyncConnection, type: str, number: int) -> list[tuple[UUID, UUID]]:
    """Their ids and those of their deployments."""
    run = table(orm.FlowRun)
    chosen = select(run.c.id, run.c.deployment_id).where(run.c.state_type == type)
    rows = await connection.execute(chosen.order_by(run.c.expected_start_time).limit(number))
    return [(row.id, row.deployment_id) for row in rows]


async def _number(connection: AsyncConnection, chosen: ColumnElement[bool]) -> int:
    found = await connection.execute(select(func.count()).select_from(table(orm.FlowRun)).where(chosen))
    return found.scalar_one()


async def _delete(connection: AsyncConnection, ids: Sequence[UUID]) -> None:
    """In parts, since SQLite takes so many parameters only (32,766)."""
    run, state = table(orm.FlowRun), table(orm.FlowRunState)
    for first in range(0, len(ids), DELETED_AT_ONCE):
        some = ids[first : first + DELETED_AT_ONCE]
        await connection.execute(delete(state).where(state.c.flow_run_id.in_(some)))
        await connection.execute(delete(run).where(run.c.id.in_(some)))
