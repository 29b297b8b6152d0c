"""queue-not-polled: the pool has workers and they poll, but not this queue. The pool is READY and looks well."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, of_queue, runs
from lifeguard.escaping import command
from lifeguard.facts import Pool, Queue, Run
from lifeguard.findings import Finding, Severity


def queue_not_polled(scene: Scene) -> list[Finding]:
    """Find queues with demand that nobody polls, while a sibling is polled by a live worker.

    A queue whose runs still start is polled, whatever its `last_polled` says (PrefectHQ/prefect#17433, #20729).
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        queues = scene.queues_by_pool.get(pool.id, ())
        if pool.is_paused or not pool.needs_workers or not scene.live_workers(pool) or not scene.is_seen(pool):
            continue
        polled = [queue for queue in queues if scene.is_polled(queue)]
        silent = [queue for queue in queues if not queue.is_paused and queue not in polled]
        findings += [found for queue in silent if polled for found in _with_demand(scene, pool, queue, polled)]
    return findings


def _with_demand(scene: Scene, pool: Pool, queue: Queue, polled: list[Queue]) -> list[Finding]:
    due = scene.due_by_queue.get(queue.id, ())
    soon = tuple(run for run in scene.soon(pool) if run.queue_id == queue.id)
    return [_finding(scene, pool, queue, polled, due, soon)] if due or soon else []


def _finding(
    scene: Scene, pool: Pool, queue: Queue, polled: list[Queue], due: tuple[Run, ...], soon: tuple[Run, ...]
) -> Finding:
    last = f"last polled at {at(queue.last_polled)}" if queue.last_polled else "never polled"
    demand = due_runs(due) if due else f"{runs(len(soon))} expected soon"
    return Finding(
        code="queue-not-polled",
        severity=Severity.CRITICAL if due else Severity.WARNING,
        resource=of_queue(queue),
        title=f"No worker of pool '{pool.name}' polls its work queue '{queue.name}' ({last}); {demand}",
        evidence={
            "work_pool": pool.name,
            "last_polled": queue.last_polled,
            "workers_online": len(scene.live_workers(pool)),
            "polled_queues": ", ".join(sibling.name for sibling in polled),
            **due_evidence(due),
            "expected_soon": len(soon),
        },
        remedy=(
            f"A worker for all queues: {command('prefect worker start', pool=pool.name)}",
            f"Or one for this queue: {command('prefect worker start', pool=pool.name, work_queue=queue.name)}",
        ),
        run_ids=ids(due or soon),
        is_confirmed=queue.status != "READY",
    )
