"""Whether a backlog shrinks: how many runs began in the last minutes that had been due before."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lifeguard.facts import CAUGHT_UP_WITHIN_SECONDS, Pool, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.counts import count_runs, count_together
from lifeguard.observe.harm import by_harm
from lifeguard.observe.paging import Row
from lifeguard.observe.suspects import BEGAN
from lifeguard.policy import Policy
from lifeguard.snapshot import Missing, Snapshot


async def find_backlog_starts(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add that of every pool with workers and so many overdue runs that they are a backlog."""
    due = Counter(run.pool_id for run in snapshot.waiting if run.next_start and run.next_start < snapshot.taken_at)
    pools = [
        pool
        for pool in by_harm(snapshot.pools, snapshot)
        if due[pool.id] >= policy.backlog_runs and snapshot.workers.get(pool.id) and not pool.is_paused
    ]
    page_size = snapshot.server.settings.page_size
    counted = await count_together(api, pools, partial(_caught_up, snapshot), _is_start_of, page_size)
    snapshot = replace(snapshot, caught_up={**snapshot.caught_up, **{pool.id: number for pool, number in counted}})
    for pool in pools:
        if pool.id not in snapshot.caught_up:
            snapshot = await _with_starts(api, snapshot, pool)
    return snapshot


def _caught_up(snapshot: Snapshot, pools: Sequence[Pool]) -> dict[str, Any]:
    """The runs of these pools that began lately and had been due before."""
    since = (snapshot.taken_at - seconds(CAUGHT_UP_WITHIN_SECONDS)).isoformat()
    return {
        "flow_runs": {
            "start_time": {"after_": since},
            "expected_start_time": {"before_": since},
            "state": {"type": {"any_": BEGAN}},
        },
        "work_pools": {"name": {"any_": [pool.name for pool in pools]}},
    }


def _is_start_of(row: Row, pool: Pool) -> bool:
    return bool(row["work_pool_name"] == pool.name)


async def _with_starts(api: Api, snapshot: Snapshot, pool: Pool) -> Snapshot:
    reading = count_runs(api, _caught_up(snapshot, [pool]))
    count, missing = await attempt(reading, None, lambda why: Missing("starts of a backlog", why, pool.id, pool.name))
    counts = snapshot.caught_up if count is None else {**snapshot.caught_up, pool.id: count}
    return replace(snapshot, caught_up=counts, missing=snapshot.missing + missing)
