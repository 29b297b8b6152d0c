"""queue-priority-starved: every slot that comes free goes to queues of a higher priority, as long as they have work.

Priorities are a waterfall: a poll hands out all that is due in the queue with the lowest number first.
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, held_for, ids, of_queue, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool, Queue, Run
from lifeguard.findings import Finding, Severity


def queue_priority_starved(scene: Scene) -> list[Finding]:
    """Find polled queues that got nothing for longer than runs may wait, while queues before them got and want more."""
    return [
        _finding(scene, pool, queue, first)
        for pool in scene.snapshot.pools
        if scene.is_seen(pool)
        for queue in scene.queues_by_pool.get(pool.id, ())
        if (first := _favoured(scene, pool, queue))
    ]


def _favoured(scene: Scene, pool: Pool, queue: Queue) -> Queue | None:
    """The first queue before this one that still has due runs and was given a slot since this one began to wait."""
    due = _startable(scene, queue)
    patience = scene.policy.for_pool(pool.name).wait_warning_after_seconds
    if not due or queue.is_paused or not scene.is_polled(queue) or due[0].overdue_seconds(scene.now) <= patience:
        return None
    if _given_since(scene, queue, due[0]):
        return None
    before = (each for each in scene.queues_by_pool[pool.id] if _comes_before(each, queue) and not each.is_paused)
    return next((each for each in before if _startable(scene, each) and _given_since(scene, each, due[0])), None)


def _startable(scene: Scene, queue: Queue) -> list[Run]:
    """The due runs of a queue that no limit of their deployment or their queue keeps back."""
    if queue.concurrency_limit is not None and (queue.active_slots or 0) >= queue.concurrency_limit:
        return []
    due = scene.due_by_queue.get(queue.id, ())
    return [run for run in due if not run.waits_for_slot and not _is_full(scene, run)]


def _is_full(scene: Scene, run: Run) -> bool:
    limit = scene.deployment_limit(run.deployment_id)
    return limit is not None and limit.is_full


def _given_since(scene: Scene, queue: Queue, waiting: Run) -> bool:
    """Whether a run of this queue was claimed or begun after that one was due."""
    since = waiting.due_since
    active = scene.active_by_queue.get(queue.id, ())
    return any(since and run.state_since and run.state_since > since for run in active)


def _comes_before(other: Queue, queue: Queue) -> bool:
    return other.priority is not None and queue.priority is not None and other.priority < queue.priority


def _finding(scene: Scene, pool: Pool, queue: Queue, favoured: Queue) -> Finding:
    due = tuple(_startable(scene, queue))
    return Finding(
        code="queue-priority-starved",
        severity=Severity.WARNING,
        resource=of_queue(queue),
        title=f"Work queue '{queue.name}' (priority {queue.priority}) of pool '{pool.name}' has got nothing for "
        f"{held_for(scene, due[0].due_since)}: '{favoured.name}' (priority {favoured.priority}) comes first and has more; "
        f"{wait(due)}",
        evidence={
            "work_pool": pool.name,
            "priority": queue.priority,
            "favoured_queue": favoured.name,
            "favoured_priority": favoured.priority,
            "favoured_due_runs": len(_startable(scene, favoured)),
            "concurrency_limit": pool.concurrency_limit,
            **due_evidence(due),
        },
        remedy=_remedy(pool, queue, favoured),
        run_ids=ids(due),
    )


def _remedy(pool: Pool, queue: Queue, favoured: Queue) -> tuple[str, ...]:
    """More slots, or some that the queue before it cannot take; without a limit, a worker that asks for nothing else."""
    limit = pool.concurrency_limit
    if not limit:
        own = command("prefect worker start", pool=pool.name, work_queue=queue.name)
        return (f"A worker of its own: {own}",)
    leave = command("prefect work-queue set-concurrency-limit", favoured.name, str(limit - 1), pool=pool.name)
    raised = command("prefect work-pool set-concurrency-limit", pool.name, str(2 * limit))
    return (*([f"Leave it a slot: {leave}"] if limit > 1 else []), raised)
