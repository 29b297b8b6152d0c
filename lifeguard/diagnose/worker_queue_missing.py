"""worker-queue-missing: a worker that was started for a queue that does not exist polls for ever and gets nothing.

Prefect creates no such queue and warns of nothing: the worker is ONLINE and its pool READY (seen on 3.8.8). Queue names
are case-sensitive, and the one that every pool has is called `default`.
"""

from datetime import datetime

from lifeguard.diagnose.scene import WORKER_QUERY_SECONDS, Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, is_older, of_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import Pool, Worker
from lifeguard.findings import Finding, Severity


def worker_queue_missing(scene: Scene) -> list[Finding]:
    """Find pools whose live workers have polled none of its queues since the first of them came."""
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        live = scene.live_workers(pool)
        if not live or not pool.needs_workers or pool.is_paused or not scene.queues_by_pool.get(pool.id):
            continue
        first = min((worker.created for worker in live if worker.created), default=None)
        if is_older(scene, first, 3 * WORKER_QUERY_SECONDS) and not _was_polled_since(scene, pool, first):
            findings.append(_finding(scene, pool, live, first))
    return findings


def _was_polled_since(scene: Scene, pool: Pool, first: datetime | None) -> bool:
    return any(
        scene.is_polled(queue) or (queue.last_polled and first and queue.last_polled >= first)
        for queue in scene.queues_by_pool[pool.id]
    )


def _finding(scene: Scene, pool: Pool, live: tuple[Worker, ...], first: datetime | None) -> Finding:
    due, soon = scene.startable(pool), scene.soon(pool)
    names = [queue.name for queue in scene.queues_by_pool[pool.id]]
    return Finding(
        code="worker-queue-missing",
        severity=Severity.CRITICAL if due else Severity.WARNING if soon else Severity.INFO,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' has a live worker, yet nobody has polled any of its queues since {at(first)}, "
        f"as when a worker is started for a queue that does not exist; {due_runs(due) if due else runs(0) + ' overdue'}",
        evidence={
            "workers_online": len(live),
            "first_live_worker": min(worker.name for worker in live),
            "first_live_worker_since": first,
            "queues": ", ".join(names),
            **due_evidence(due),
            "expected_soon": len(soon),
        },
        remedy=(
            f"Compare the names that exist: {command('prefect work-queue ls', pool=pool.name)}",
            f"Start the worker without --work-queue: {command('prefect worker start', pool=pool.name)}",
            f"Or create the queue that it was started for: {command('prefect work-queue create', 'NAME', pool=pool.name)}",
        ),
        run_ids=ids(due or soon),
    )
