"""The runs that are in no pool: of served deployments, and of pools and queues that were deleted.

No filter of Prefect names them all (3.9.1): a run of a deleted queue keeps the queue's name. So they are counted, as the
difference of all runs and those in any pool, and where the runs without a queue's name are not all of them, the whole list
is read.
"""

from typing import Any

from lifeguard.observe.api import Api
from lifeguard.observe.paging import Row, every_run

COUNTED_AT_MOST = 3
"""So often it is counted until nothing moved meanwhile."""

NEVER_QUEUED: dict[str, Any] = {"work_queue_name": {"is_null_": True}}
IN_ANY_POOL: dict[str, Any] = {"work_pools": {}}


async def runs_outside_pools(api: Api, asked: dict[str, Any], by: str, page_size: int) -> list[Row]:
    """Every run of a filter that is in no pool, by the time `by`; raises `CallFailed`.

    What an empty filter means to Prefect Cloud is not known, so that the whole list is read there.
    """
    number = None if api.connection.is_cloud else await _number_outside(api, asked)
    if number == 0:
        return []
    if number is not None:
        unqueued = _outside(await every_run(api, {"flow_runs": {**asked, **NEVER_QUEUED}}, by, page_size))
        if len(unqueued) >= number:
            return unqueued
    return _outside(await every_run(api, {"flow_runs": asked}, by, page_size))


def _outside(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not row["work_pool_name"]]


async def _number_outside(api: Api, asked: dict[str, Any]) -> int | None:
    """How many there are; None where runs come and go too fast to say."""
    inside = await _count(api, {"flow_runs": asked, **IN_ANY_POOL})
    for _ in range(COUNTED_AT_MOST):
        all_of_them, before = await _count(api, {"flow_runs": asked}), inside
        inside = await _count(api, {"flow_runs": asked, **IN_ANY_POOL})
        if inside == before:
            return max(0, all_of_them - inside)
    return None


async def _count(api: Api, body: dict[str, Any]) -> int:
    return int(await api.post("flow_runs/count", body))
