"""artificial-poll: a queue is polled, and no worker is alive who could have done it: its READY means nothing.

Some of Prefect's own commands poll when they only mean to look (causes.md, rule 0.1), and so do scripts that ask for
scheduled runs.
"""

from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, of_queue
from lifeguard.escaping import command
from lifeguard.facts import Pool, Queue, Worker, seconds
from lifeguard.findings import Finding, Severity


def artificial_poll(scene: Scene) -> list[Finding]:
    """Find queues that were polled lately, at a time when no worker of their pool was alive."""
    return [
        _finding(scene, pool, queue, queue.last_polled)
        for pool in scene.snapshot.pools
        if pool.needs_workers and scene.workers(pool) is not None and not scene.live_workers(pool)
        for queue in scene.queues_by_pool.get(pool.id, ())
        if _looks_served(scene, pool, queue) and queue.last_polled and not _was_served(scene, pool, queue.last_polled)
    ]


def _looks_served(scene: Scene, pool: Pool, queue: Queue) -> bool:
    return scene.is_polled_lately(queue) and not (pool.is_paused or queue.is_paused)


def _was_served(scene: Scene, pool: Pool, then: datetime) -> bool:
    return any(_was_alive(scene, worker, then) for worker in scene.workers(pool) or ())


def _was_alive(scene: Scene, worker: Worker, then: datetime) -> bool:
    """A heartbeat before then was still fresh, or one came after it."""
    if worker.last_heartbeat is None:
        return False
    return then <= worker.last_heartbeat + seconds(scene.heartbeat_patience_seconds(worker))


def _finding(scene: Scene, pool: Pool, queue: Queue, polled: datetime) -> Finding:
    return Finding(
        code="artificial-poll",
        severity=Severity.INFO,
        resource=of_queue(queue),
        title=f"Work queue '{queue.name}' of pool '{pool.name}' was polled at {at(polled)}, when no worker was alive: that it "
        "looks served means nothing",
        evidence={
            "work_pool": pool.name,
            "last_polled": polled,
            "status": queue.status,
            "workers_online": 0,
            "workers_total": len(scene.workers(pool) or ()),
        },
        remedy=(
            "Do not preview its runs while you look for the cause: whoever asks for scheduled runs counts as a worker",
            f"Start a real one: {command('prefect worker start', pool=pool.name)}",
        ),
    )
