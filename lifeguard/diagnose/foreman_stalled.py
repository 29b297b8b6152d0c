"""foreman-stalled: the server's Foreman sets no status any more, so that dead workers and silent queues look well.

Lifeguard reads times, not statuses; Prefect's own UI and its `work-pool.not-ready` events are deceived
(PrefectHQ/prefect#22212).
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, may_be_judged, of_server, patience_seconds
from lifeguard.diagnose.words import at, is_older
from lifeguard.facts import Pool, Queue, Worker
from lifeguard.findings import Finding, Severity

LOOPS = 4


def foreman_stalled(scene: Scene) -> list[Finding]:
    """Find workers that are ONLINE, and queues that are READY, long after the Foreman should have said otherwise."""
    services = scene.snapshot.server.settings.services
    if not may_be_judged(scene, services.foreman_enabled):
        return []
    slack = patience_seconds(scene, services.foreman_loop_seconds, LOOPS)
    workers = [(pool, worker) for pool in scene.snapshot.pools for worker in _corpses(scene, pool, slack)]
    timeout = scene.snapshot.server.settings.queue_polled_timeout_seconds
    queues = [each for each in scene.snapshot.queues if _is_falsely_ready(scene, each, timeout + slack)]
    return [_finding(scene, workers, queues)] if workers or queues else []


def _corpses(scene: Scene, pool: Pool, slack: float) -> list[Worker]:
    return [
        worker
        for worker in scene.workers(pool) or ()
        if worker.status == "ONLINE"
        and is_older(scene, worker.last_heartbeat, scene.heartbeat_patience_seconds(worker) + slack)
    ]


def _is_falsely_ready(scene: Scene, queue: Queue, patience: float) -> bool:
    return queue.status == "READY" and is_older(scene, queue.last_polled, patience)


def _finding(scene: Scene, workers: Sequence[tuple[Pool, Worker]], queues: Sequence[Queue]) -> Finding:
    pool, worker = min(workers, key=lambda each: (each[1].last_heartbeat, each[1].name), default=(None, None))
    queue = min(queues, key=lambda each: (each.last_polled, each.id), default=None)
    ready = [each for each in scene.snapshot.pools if each.status == "READY" and _is_deserted(scene, each)]
    services = scene.snapshot.server.settings.services
    return Finding(
        code="foreman-stalled",
        severity=Severity.WARNING,
        resource=of_server(scene),
        title=f"The server's Foreman has stopped, so statuses are not true: {_proof(pool, worker, queue)}",
        evidence={
            "workers_falsely_online": len(workers),
            "worker": worker.name if worker else None,
            "worker_pool": pool.name if pool else None,
            "last_heartbeat": worker.last_heartbeat if worker else None,
            "queues_falsely_ready": len(queues),
            "queue": queue.name if queue else None,
            "last_polled": queue.last_polled if queue else None,
            "pools_ready_without_live_worker": len(ready),
            "foreman_loop_seconds": services.foreman_loop_seconds,
        },
        remedy=(*RESTART, "Until then do not rely on the statuses in the UI: lifeguard check"),
        is_confirmed=False,
    )


def _proof(pool: Pool | None, worker: Worker | None, queue: Queue | None) -> str:
    if pool and worker:
        who = f"worker '{worker.name}' of pool '{pool.name}'"
        return f"{who} is ONLINE, and its last heartbeat was at {at(worker.last_heartbeat)}"
    return f"work queue '{queue.name}' is READY, and was last polled at {at(queue.last_polled)}" if queue else ""


def _is_deserted(scene: Scene, pool: Pool) -> bool:
    return pool.needs_workers and scene.workers(pool) is not None and not scene.live_workers(pool)
