"""The numbers and the one-word verdict of each pool, from the scene and what was found."""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool, Queue
from lifeguard.findings import BLIND_CODES, Finding, PoolReading, QueueReading, Severity, Verdict
from lifeguard.snapshot import ACTIVE_RUNS, WAITING_RUNS


def read_pools(scene: Scene, findings: Sequence[Finding]) -> list[PoolReading]:
    """Every pool that was looked at, by name."""
    return [_reading(scene, pool, findings) for pool in sorted(scene.snapshot.pools, key=lambda p: (p.name, p.id))]


def verdict(scene: Scene, pool: Pool, findings: Sequence[Finding]) -> Verdict:
    """What was proven goes first; then what could not be seen; then what the pool is doing."""
    if pool.is_paused:
        return Verdict.PAUSED
    blamed = [f for f in findings if f.pool_name == pool.name and not f.caused_by and f.code not in BLIND_CODES]
    if any(f.severity is Severity.CRITICAL and f.resource.kind == "work-pool" for f in blamed):
        return Verdict.DOWN
    if any(f.severity is Severity.CRITICAL for f in blamed):
        return Verdict.DEGRADED
    if not scene.is_seen(pool):
        return Verdict.UNKNOWN
    if any(f.severity is Severity.WARNING for f in blamed):
        return Verdict.DEGRADED
    return Verdict.HEALTHY if _is_in_use(scene, pool) else Verdict.IDLE


def _is_in_use(scene: Scene, pool: Pool) -> bool:
    work = scene.overdue_by_pool.get(pool.id) or scene.soon_by_pool.get(pool.id) or scene.active_by_pool.get(pool.id)
    return bool(scene.live_workers(pool) or work)


def _reading(scene: Scene, pool: Pool, findings: Sequence[Finding]) -> PoolReading:
    workers = scene.workers(pool) if pool.needs_workers else ()
    overdue = scene.overdue_by_pool.get(pool.id, ())
    active = scene.active_by_pool.get(pool.id, ())
    sees_waiting, sees_active = scene.sees_of(pool.id, WAITING_RUNS), scene.sees_of(pool.id, ACTIVE_RUNS)
    return PoolReading(
        id=pool.id,
        name=pool.name,
        type=pool.type,
        status=pool.status,
        needs_workers=pool.needs_workers,
        verdict=verdict(scene, pool, findings),
        workers_online=None if workers is None else len(scene.live_workers(pool)),
        workers_total=None if workers is None else len(workers),
        overdue=len(overdue) if sees_waiting and sees_active else None,
        oldest_overdue_seconds=round(overdue[0].overdue_seconds(scene.now), 3)
        if overdue and sees_waiting and sees_active
        else None,
        pending=sum(run.is_pending for run in active) if sees_active else None,
        running=sum(run.is_running for run in active) if sees_active else None,
        waiting_for_slot=scene.refused_by_pool.get(pool.id, 0) if sees_waiting else None,
        active_slots=len(active) if pool.active_slots is None and sees_active else pool.active_slots,
        concurrency_limit=pool.concurrency_limit,
        queues=tuple(_queue_reading(scene, queue) for queue in scene.queues_by_pool.get(pool.id, ())),
        oldest_overdue_since=overdue[0].due_since if overdue and sees_waiting and sees_active else None,
        has_demand=bool(overdue or scene.soon_by_pool.get(pool.id)) if sees_waiting and sees_active else None,
        workers_age_seconds=scene.workers_age_seconds(pool),
    )


def _queue_reading(scene: Scene, queue: Queue) -> QueueReading:
    sees_active = scene.sees_of(queue.pool_id, ACTIVE_RUNS)
    active = len(scene.active_by_queue.get(queue.id, ())) if sees_active else None
    sees_runs = sees_active and scene.sees_of(queue.pool_id, WAITING_RUNS)
    return QueueReading(
        id=queue.id,
        name=queue.name,
        status=queue.status,
        overdue=len(scene.overdue_by_queue.get(queue.id, ())) if sees_runs else None,
        last_polled=queue.last_polled,
        active_slots=active if queue.active_slots is None else queue.active_slots,
        concurrency_limit=queue.concurrency_limit,
    )
