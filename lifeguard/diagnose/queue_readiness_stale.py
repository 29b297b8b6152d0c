"""queue-readiness-stale: a queue hands out runs, and the server does not note that it is polled.

Its status says NOT_READY and its `last_polled` stands still, which alarms about nothing (PrefectHQ/prefect#17433, #20729).
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, of_queue
from lifeguard.facts import Pool, Queue, Run, seconds
from lifeguard.findings import Finding, Severity

LAG_SECONDS = 60.0


def queue_readiness_stale(scene: Scene) -> list[Finding]:
    """Find queues of live workers whose runs were claimed or began a minute and more after their last noted poll."""
    return [
        _finding(scene, pool, queue)
        for pool in scene.snapshot.pools
        if scene.live_workers(pool) and not pool.is_paused
        for queue in scene.queues_by_pool.get(pool.id, ())
        if not queue.is_paused and not scene.is_polled_lately(queue) and _starts(scene, queue)
    ]


def _starts(scene: Scene, queue: Queue) -> int:
    """How many runs it is known to have handed out since."""
    active = sum(_was_taken_since(queue, run) for run in scene.active_by_queue.get(queue.id, ()))
    return max(scene.snapshot.queue_starts.get(queue.id, 0), active)


def _was_taken_since(queue: Queue, run: Run) -> bool:
    if queue.last_polled is None or run.worker_name is None:
        return False
    began = run.started if run.is_running else run.state_since
    return began is not None and began > queue.last_polled + seconds(LAG_SECONDS)


def _finding(scene: Scene, pool: Pool, queue: Queue) -> Finding:
    return Finding(
        code="queue-readiness-stale",
        severity=Severity.INFO,
        resource=of_queue(queue),
        title=f"Work queue '{queue.name}' of pool '{pool.name}' hands out runs, but the server notes no poll of it since "
        f"{at(queue.last_polled)}: its status is not true",
        evidence={
            "work_pool": pool.name,
            "status": queue.status,
            "last_polled": queue.last_polled,
            "runs_taken_since_at_least": _starts(scene, queue),
            "workers_online": len(scene.live_workers(pool)),
        },
        remedy=(
            "Nothing waits for it; restart the Prefect server when it suits, or upgrade it where it comes back",
            "Compare the versions: prefect version",
        ),
    )
