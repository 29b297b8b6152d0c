"""When the next run of some pools is due, beyond what a look reads: one call. It reads only, and polls no queue.

Prefect makes at least three runs of each schedule ahead, so that the next one is there (`min_runs`, Prefect 3.9.1).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from lifeguard.facts import OWN_TAG, Pool, as_utc
from lifeguard.observe.api import Api
from lifeguard.observe.paging import SORT_BY, Row
from lifeguard.observe.state_types import WAITING


async def next_runs(
    api: Api,
    pools: Sequence[Pool],
    paused_queues: Collection[str],
    window: tuple[datetime, datetime],
    page_size: int,
) -> dict[str, datetime]:
    """By the pool's name, of the first page of all their runs in a window; those in paused queues are left out.

    Raises `CallFailed`.
    """
    after, before = window
    asked: dict[str, Any] = {
        "work_pools": {"id": {"any_": [pool.id for pool in pools]}},
        "flow_runs": {
            "state": WAITING,
            "next_scheduled_start_time": {"after_": after.isoformat(), "before_": before.isoformat()},
        },
        "sort": SORT_BY["next_scheduled_start_time"],
        "limit": page_size,
    }
    rows: list[Row] = await api.post("flow_runs/filter", asked)
    found: dict[str, datetime] = {}
    for row in rows:
        at = as_utc(row["next_scheduled_start_time"])
        if at and OWN_TAG not in row["tags"] and row.get("work_queue_id") not in paused_queues:
            found.setdefault(row["work_pool_name"], at)
    return found
