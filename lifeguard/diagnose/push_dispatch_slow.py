"""push-dispatch-slow: push and managed pools have no workers, so how fast Prefect Cloud hands out runs is their health."""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, ids, of_pool, runs
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Pool, Run
from lifeguard.findings import Evidence, Finding, Severity


def push_dispatch_slow(scene: Scene) -> list[Finding]:
    """Find pools without workers where runs stay unclaimed, or claimed and not begun; nothing of runs that a limit holds."""
    if not scene.snapshot.server.is_cloud or not scene.sees_demand:
        return []
    return [
        finding
        for pool in scene.snapshot.pools
        if pool.is_workerless and not pool.is_paused and scene.is_seen(pool) and (finding := _of_pool(scene, pool))
    ]


def _of_pool(scene: Scene, pool: Pool) -> Finding | None:
    unclaimed = [run for run in scene.startable(pool) if _is_long(scene, run.due_since) and not _is_limited(scene, run)]
    active = [run for run in scene.active_by_pool.get(pool.id, ()) if OWN_TAG not in run.tags]
    unbegun = [run for run in active if run.is_pending and _is_long(scene, run.state_since)]
    if not unclaimed and not unbegun:
        return None
    return _finding(scene, pool, unclaimed, unbegun, active)


def _is_long(scene: Scene, since: datetime | None) -> bool:
    return since is not None and (scene.now - since).total_seconds() > scene.policy.dispatch_slow_after_seconds


def _is_limited(scene: Scene, run: Run) -> bool:
    """Whether a limit of its pool, its queue or its deployment keeps it back, and not the Cloud."""
    pool = scene.pools_by_id[run.pool_id or ""]
    queue = next((each for each in scene.queues_by_pool.get(pool.id, ()) if each.id == run.queue_id), None)
    limit = scene.deployment_limit(run.deployment_id)
    in_pool, in_queue = scene.active_by_pool.get(pool.id, ()), scene.active_by_queue.get(run.queue_id, ())
    taken = len(in_pool) if pool.active_slots is None else pool.active_slots
    is_queue_full = queue is not None and _is_full(queue.concurrency_limit, len(in_queue))
    return _is_full(pool.concurrency_limit, taken) or is_queue_full or (limit is not None and limit.is_full)


def _is_full(limit: int | None, taken: int) -> bool:
    return limit is not None and taken >= limit


def _finding(
    scene: Scene, pool: Pool, unclaimed: Sequence[Run], unbegun: Sequence[Run], active: Sequence[Run]
) -> Finding:
    late = f"{runs(len(unclaimed))} not handed out, the oldest since {at(unclaimed[0].due_since)}" if unclaimed else ""
    slow = (
        f"{runs(len(unbegun))} handed out and not begun, the oldest since {at(unbegun[0].state_since)}"
        if unbegun
        else ""
    )
    first = [*unclaimed, *unbegun][0]
    return Finding(
        code="push-dispatch-slow",
        severity=Severity.WARNING,
        resource=of_pool(pool),
        title=f"Prefect Cloud is slow to start the runs of pool '{pool.name}' ({pool.type}): "
        + "; ".join(filter(None, (late, slow))),
        evidence={
            "not_handed_out": len(unclaimed),
            "not_begun": len(unbegun),
            **_pace(active),
            **due_evidence(unclaimed),
        },
        remedy=(
            command("prefect flow-run logs", first.id),
            f"The pool's credentials and image: {command('prefect work-pool inspect', pool.name)}",
            "Whether Prefect Cloud itself is slow: https://prefect.status.io",
        ),
        run_ids=ids([*unclaimed, *unbegun]),
    )


def _pace(active: Sequence[Run]) -> Evidence:
    """How long the newest runs took: from expected to Pending of those that wait, and to Running of those that run."""
    pending = [run for run in active if run.is_pending]
    running = [run for run in active if run.is_running]
    told: dict[str, str] = {}
    if pending and pending[-1].state_since and pending[-1].expected_start:
        told["newest_claimed_after"] = _after(pending[-1].expected_start, pending[-1].state_since)
    if running and running[-1].started and running[-1].expected_start:
        told["newest_began_after"] = _after(running[-1].expected_start, running[-1].started)
    return told


def _after(expected: datetime, then: datetime) -> str:
    return short((then - expected).total_seconds())
