"""queue-limit-saturated: every slot of one queue is taken, however empty its pool is."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import (
    as_holders,
    by_patience,
    held_by,
    ids,
    longest_first,
    of_queue,
    saturation_evidence,
    wait,
)
from lifeguard.escaping import command
from lifeguard.facts import Holder, Pool, Queue
from lifeguard.findings import Finding, Severity


def queue_limit_saturated(scene: Scene) -> list[Finding]:
    """Find full queues with due runs; information until the oldest has waited for longer than the policy allows."""
    return [
        _finding(scene, queue, scene.pools_by_id[queue.pool_id])
        for queue in scene.snapshot.queues
        if queue.pool_id in scene.pools_by_id and not queue.is_paused and _is_full(scene, queue)
        if scene.due_by_queue.get(queue.id)
    ]


def _is_full(scene: Scene, queue: Queue) -> bool:
    return bool(queue.concurrency_limit) and _active_slots(scene, queue) >= (queue.concurrency_limit or 0)


def _active_slots(scene: Scene, queue: Queue) -> int:
    return len(scene.active_by_queue.get(queue.id, ())) if queue.active_slots is None else queue.active_slots


def _holders(scene: Scene, queue: Queue) -> tuple[Holder, ...]:
    named = tuple(h for h in scene.snapshot.holders.get(queue.pool_id, ()) if h.queue_id == queue.id)
    return longest_first(scene, named or as_holders(scene.active_by_queue.get(queue.id, ())))


def _finding(scene: Scene, queue: Queue, pool: Pool) -> Finding:
    due, slots, holders = scene.due_by_queue[queue.id], _active_slots(scene, queue), _holders(scene, queue)
    patience = scene.policy.for_pool(pool.name).wait_warning_after_seconds
    doubled = str(2 * (queue.concurrency_limit or 1))
    return Finding(
        code="queue-limit-saturated",
        severity=by_patience(scene, due, patience, Severity.WARNING),
        resource=of_queue(queue),
        title=f"Work queue '{queue.name}' of pool '{pool.name}' is full: {slots} of {queue.concurrency_limit} slots "
        f"are held by {held_by(holders)}; {wait(due)}",
        evidence={
            "work_pool": pool.name,
            **saturation_evidence(scene, slots, queue.concurrency_limit, holders, due),
        },
        remedy=(
            command("prefect work-queue slots", queue.name, pool=pool.name),
            command("prefect work-queue set-concurrency-limit", queue.name, doubled, pool=pool.name),
            *(f"If the holder is stuck: {command('prefect flow-run cancel', h.run_id)}" for h in holders[:1]),
        ),
        run_ids=ids(due),
    )
