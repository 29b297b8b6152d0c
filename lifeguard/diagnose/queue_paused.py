"""queue-paused: a paused queue hands out nothing, while the UI may still call it Ready (PrefectHQ/prefect#13935)."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import by_patience, demand_evidence, ids, of_queue, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool, Queue
from lifeguard.findings import Finding, Severity


def queue_paused(scene: Scene) -> list[Finding]:
    """Find paused queues; with work that is due it is a warning, and critical once that has waited for too long."""
    return [
        _finding(scene, queue, scene.pools_by_id[queue.pool_id])
        for queue in scene.snapshot.queues
        if queue.is_paused and queue.pool_id in scene.pools_by_id
    ]


def _finding(scene: Scene, queue: Queue, pool: Pool) -> Finding:
    due = scene.due_by_queue.get(queue.id, ())
    soon = [run for run in scene.soon_by_pool.get(pool.id, ()) if run.queue_id == queue.id]
    patience = scene.policy.for_pool(pool.name).pause_critical_after_seconds
    severity = by_patience(scene, due, patience, Severity.CRITICAL)
    return Finding(
        code="queue-paused",
        severity=Severity.WARNING if soon and not due else severity,
        resource=of_queue(queue),
        title=f"Work queue '{queue.name}' of pool '{pool.name}' is paused" + (f": {wait(due)}" if due else ""),
        evidence={"work_pool": pool.name, "is_paused": True, **demand_evidence(scene, pool.name, due, soon)},
        remedy=(command("prefect work-queue resume", queue.name, pool=pool.name),),
        run_ids=ids(due),
    )
