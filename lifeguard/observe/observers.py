"""Whether anybody observes the pods of a Kubernetes pool: one event of its runs is enough, one call for a pool.

Only pools are asked about whose runs run for long without a word of a pod in what was read anyway.
"""

from collections.abc import Sequence
from dataclasses import replace

from lifeguard.facts import INFRASTRUCTURE_PENDING, Pool, Run, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.pod_answers import pod_event
from lifeguard.observe.pod_words import RUNS_AT_ONCE, of_kubernetes, question_of
from lifeguard.pods import KUBERNETES, SUBMITTED_AT_LEAST, PodEvent
from lifeguard.policy import Policy
from lifeguard.snapshot import PODS_EVENTS, Missing, Snapshot

POOLS_ASKED = 20


async def find_observers(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add one event of each pool whose runs have run for long, where none is known: its observer is there then."""
    pools = [pool for pool in snapshot.pools if pool.type == KUBERNETES]
    silent = [(pool, runs) for pool in pools if (runs := _unheard(snapshot, policy, pool))]
    for pool, runs in silent[:POOLS_ASKED]:
        snapshot = await _with_one_event(api, snapshot, pool, runs)
    if len(silent) <= POOLS_ASKED:
        return snapshot
    why = f"of {len(silent)} pools whose runs run, {POOLS_ASKED} were asked about"
    return replace(snapshot, missing=(*snapshot.missing, Missing(PODS_EVENTS, why, essential=False)))


def _unheard(snapshot: Snapshot, policy: Policy, pool: Pool) -> list[Run]:
    """The submitted runs of a pool whose observer has not been heard in any other way, the newest first."""
    active = [run for run in of_kubernetes(snapshot, snapshot.active) if run.pool_id == pool.id]
    heard = {event.run_id for event in snapshot.pod_events}
    if any(run.state_name == INFRASTRUCTURE_PENDING or run.id in heard for run in active):
        return []
    since = snapshot.taken_at - seconds(policy.for_pool(pool.name).pending_stuck_after_seconds)
    submitted = [run for run in active if run.infrastructure_id and run.state_since and run.state_since < since]
    if len(submitted) < SUBMITTED_AT_LEAST or not any(run.is_running for run in submitted):
        return []
    newest = sorted(submitted, key=lambda run: (run.state_since or since, run.id), reverse=True)
    return newest[:RUNS_AT_ONCE]


async def _with_one_event(api: Api, snapshot: Snapshot, pool: Pool, runs: Sequence[Run]) -> Snapshot:
    reading = _one_event(api, snapshot, runs)
    nothing = tuple[PodEvent, ...]()
    events, missing = await attempt(
        reading, nothing, lambda why: Missing(PODS_EVENTS, why, pool.id, pool.name, essential=False)
    )
    asked = snapshot.pods_asked if missing else snapshot.pods_asked | {run.id for run in runs}
    return replace(
        snapshot,
        pod_events=(*events, *snapshot.pod_events),
        pods_asked=asked,
        missing=snapshot.missing + missing,
    )


async def _one_event(api: Api, snapshot: Snapshot, runs: Sequence[Run]) -> tuple[PodEvent, ...]:
    page = await api.post("events/filter", {"filter": question_of(snapshot, runs), "limit": 1})
    return tuple(filter(None, map(pod_event, page["events"])))
