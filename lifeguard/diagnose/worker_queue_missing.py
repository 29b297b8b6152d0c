"""worker-queue-missing: a worker that was started for a queue that does not exist polls for ever and gets nothing.

Prefect creates no such queue and warns of nothing: the worker is ONLINE and its pool READY (seen on 3.8.8). Queue names
are case-sensitive, and the one that every pool has is called `default`.
"""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.scene import WORKER_QUERY_SECONDS, Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, is_older, of_pool, runs
from lifeguard.diagnose.worker_alive_not_polling import stopped_polling_at
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run, Worker
from lifeguard.findings import Finding, Severity


def worker_queue_missing(scene: Scene) -> list[Finding]:
    """Find pools whose workers are alive while nobody polls any of the queues; critical where nobody ever did.

    A worker with a name of its own keeps its record when it is started again, so a queue that was polled once may have
    been so in the worker's former life: that is a warning, since the worker may have come back this moment. After two
    minutes of silence it is `worker-alive-not-polling`.
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        live = scene.live_workers(pool)
        queues = scene.queues_by_pool.get(pool.id, ())
        if not live or not queues or not pool.needs_workers or pool.is_paused or not scene.is_seen(pool):
            continue
        if any(map(scene.is_polled, queues)) or stopped_polling_at(scene, pool):
            continue
        first = min((worker.created for worker in live if worker.created), default=None)
        if is_older(scene, first, 3 * WORKER_QUERY_SECONDS):
            findings.append(_finding(scene, pool, live, first))
    return findings


def _finding(scene: Scene, pool: Pool, live: tuple[Worker, ...], first: datetime | None) -> Finding:
    due, soon, queues = scene.startable(pool), scene.soon(pool), scene.queues_by_pool[pool.id]
    polled = max((queue.last_polled for queue in queues if queue.last_polled), default=None)
    was_polled = polled is not None and first is not None and polled >= first
    since = polled if was_polled else first
    return Finding(
        code="worker-queue-missing",
        severity=_severity(due, soon, was_polled),
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' has a live worker, yet nobody has polled any of its queues since {at(since)}, "
        f"as when a worker is started for a queue that does not exist; {due_runs(due) if due else runs(0) + ' overdue'}",
        evidence={
            "workers_online": len(live),
            "first_live_worker": min(worker.name for worker in live),
            "first_live_worker_since": first,
            "queues": ", ".join(queue.name for queue in queues),
            "last_polled": polled,
            **due_evidence(due),
            "expected_soon": len(soon),
        },
        remedy=(
            f"Compare the names that exist: {command('prefect work-queue ls', pool=pool.name)}",
            f"Start the worker without --work-queue: {command('prefect worker start', pool=pool.name)}",
            *(("Or its polling loop hangs: restart it with --with-healthcheck",) if was_polled else ()),
            f"Or create the queue that it was started for: {command('prefect work-queue create', 'NAME', pool=pool.name)}",
        ),
        run_ids=ids(due or soon),
    )


def _severity(due: Sequence[Run], soon: Sequence[Run], was_polled: bool) -> Severity:
    if not due and not soon:
        return Severity.INFO
    return Severity.CRITICAL if due and not was_polled else Severity.WARNING
