"""Whether a backlog shrinks: how many runs began in the last minutes that had been due before. A call per backlog."""

from collections import Counter
from dataclasses import replace
from typing import Any

from lifeguard.facts import CAUGHT_UP_WITHIN_SECONDS, Missing, Pool, Snapshot, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.suspects import BEGAN
from lifeguard.policy import Policy


async def find_backlog_starts(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add that of every pool with workers and so many overdue runs that they are a backlog."""
    due = Counter(run.pool_id for run in snapshot.waiting if run.next_start and run.next_start < snapshot.taken_at)
    for pool in snapshot.pools:
        if due[pool.id] >= policy.backlog_runs and snapshot.workers.get(pool.id) and not pool.is_paused:
            snapshot = await _with_starts(api, snapshot, pool)
    return snapshot


async def _with_starts(api: Api, snapshot: Snapshot, pool: Pool) -> Snapshot:
    since = (snapshot.taken_at - seconds(CAUGHT_UP_WITHIN_SECONDS)).isoformat()
    asked: dict[str, Any] = {
        "flow_runs": {
            "start_time": {"after_": since},
            "expected_start_time": {"before_": since},
            "state": {"type": {"any_": BEGAN}},
        },
        "work_pools": {"name": {"any_": [pool.name]}},
    }
    reading = _count(api, asked)
    count, missing = await attempt(reading, None, lambda why: Missing("starts of a backlog", why, pool.id, pool.name))
    counts = snapshot.caught_up if count is None else {**snapshot.caught_up, pool.id: count}
    return replace(snapshot, caught_up=counts, missing=snapshot.missing + missing)


async def _count(api: Api, asked: dict[str, Any]) -> int:
    return int(await api.post("flow_runs/count", asked))
