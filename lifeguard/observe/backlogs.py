"""Whether a backlog shrinks: how many runs began in the last minutes that had been due before.

Most pools have none, so that they are asked about together, and one by one only where that costs the server less.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lifeguard.facts import CAUGHT_UP_WITHIN_SECONDS, Pool, seconds
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE, attempt
from lifeguard.observe.counts import count_runs
from lifeguard.observe.harm import by_harm
from lifeguard.observe.paging import every_run
from lifeguard.observe.queue_starts import BEGAN
from lifeguard.policy import Policy
from lifeguard.snapshot import Missing, Snapshot

ASKED_TOGETHER = 200
"""A count of the runs of many pools costs the server hardly more than that of one: the runs in its window are read once."""

ROWS_FOR_A_COUNT = 16
"""So many rows cost the server what a count costs: 8 ms of its CPU (3.9.1 on SQLite and PostgreSQL, 2026-11-22)."""


async def find_backlog_starts(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add that of every pool with live workers and so many overdue runs that they are a backlog."""
    due = Counter(run.pool_id for run in snapshot.waiting if run.next_start and run.next_start < snapshot.taken_at)
    pools = [
        pool
        for pool in by_harm(snapshot.pools, snapshot)
        if due[pool.id] >= policy.backlog_runs and _is_worked_on(pool, snapshot) and not pool.is_paused
    ]
    for start in range(0, len(pools), ASKED_TOGETHER):
        snapshot = await _with_starts_of_many(api, snapshot, pools[start : start + ASKED_TOGETHER])
    for pool in pools:
        if pool.id not in snapshot.caught_up:
            snapshot = await _with_starts(api, snapshot, pool)
    return snapshot


def _is_worked_on(pool: Pool, snapshot: Snapshot) -> bool:
    workers = snapshot.workers.get(pool.id, ())
    return any(worker.is_fresh(snapshot.server.settings, snapshot.taken_at) for worker in workers)


async def _with_starts_of_many(api: Api, snapshot: Snapshot, pools: Sequence[Pool]) -> Snapshot:
    """Nothing where they are to be asked about one by one: too many began, or the call failed, which clears nobody."""
    if len(pools) == 1:
        return snapshot
    try:
        counted = await _counted(api, snapshot, pools)
    except (CallFailed, *ANOTHER_SHAPE):
        return snapshot
    return replace(snapshot, caught_up={**snapshot.caught_up, **counted})


async def _counted(api: Api, snapshot: Snapshot, pools: Sequence[Pool]) -> dict[str, int]:
    asked = _caught_up(snapshot, pools)
    number = await count_runs(api, asked)
    if number > ROWS_FOR_A_COUNT * len(pools):
        return {}
    rows = await every_run(api, asked, "start_time", snapshot.server.settings.page_size) if number else []
    by_name = Counter(row["work_pool_name"] for row in rows)
    return {pool.id: by_name[pool.name] for pool in pools}


def _caught_up(snapshot: Snapshot, pools: Sequence[Pool]) -> dict[str, Any]:
    """The runs of these pools that began lately and had been due before."""
    since = (snapshot.taken_at - seconds(CAUGHT_UP_WITHIN_SECONDS)).isoformat()
    return {
        "flow_runs": {
            "start_time": {"after_": since, "is_null_": False},
            "expected_start_time": {"before_": since},
            "state": {"type": {"any_": BEGAN}},
        },
        "work_pools": {"name": {"any_": [pool.name for pool in pools]}},
    }


async def _with_starts(api: Api, snapshot: Snapshot, pool: Pool) -> Snapshot:
    reading = count_runs(api, _caught_up(snapshot, [pool]))
    count, missing = await attempt(reading, None, lambda why: Missing("starts of a backlog", why, pool.id, pool.name))
    counts = snapshot.caught_up if count is None else {**snapshot.caught_up, pool.id: count}
    return replace(snapshot, caught_up=counts, missing=snapshot.missing + missing)
