"""worker-limit-saturated: every live worker is busy and nothing else is in the way, so it is the workers' own `--limit`.

No API tells a worker's `--limit`; it is what remains (its only trace is a DEBUG line of the worker's own log).
"""

from collections.abc import Collection

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, ids, of_pool, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run, Worker
from lifeguard.findings import Finding, Severity

RELEASED_AT_JOB_CREATION = "kubernetes"


def worker_limit_saturated(scene: Scene, explained: Collection[str]) -> list[Finding]:
    """Find pools with polled queues, unexplained due runs and only busy workers.

    Kubernetes workers let go of a run when they have created its job, so a limit cannot hold others back there.
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        live = scene.live_workers(pool)
        due = _held_back(scene, pool, explained)
        busy = _runs_by_worker(scene, pool, live)
        if due and live and all(busy.values()) and pool.type != RELEASED_AT_JOB_CREATION and scene.is_seen(pool):
            findings.append(_finding(scene, pool, due, busy))
    return findings


def _held_back(scene: Scene, pool: Pool, explained: Collection[str]) -> tuple[Run, ...]:
    """Every run that waits, once the oldest has waited for too long."""
    patience = scene.policy.for_pool(pool.name).unexplained_after_seconds
    polled = {queue.id for queue in scene.queues_by_pool.get(pool.id, ()) if scene.is_polled(queue)}
    ready = (run for run in scene.startable(pool) if run.queue_id in polled and not scene.is_backing_off(run))
    due = tuple(run for run in ready if run.id not in explained)
    return due if due and due[0].overdue_seconds(scene.now) > patience else ()


def _runs_by_worker(scene: Scene, pool: Pool, live: tuple[Worker, ...]) -> dict[str, tuple[Run, ...]]:
    active = scene.active_by_pool.get(pool.id, ())
    return {worker.name: tuple(run for run in active if run.worker_name == worker.name) for worker in live}


def _severity(scene: Scene, pool: Pool, due: tuple[Run, ...]) -> Severity:
    """As with every other limit: a burst that is over soon is information."""
    patience = scene.policy.for_pool(pool.name).wait_warning_after_seconds
    return Severity.WARNING if due[0].overdue_seconds(scene.now) > patience else Severity.INFO


def _finding(scene: Scene, pool: Pool, due: tuple[Run, ...], busy: dict[str, tuple[Run, ...]]) -> Finding:
    loads = {f"worker_{n}": f"{name}, active runs: {len(busy[name])}" for n, name in enumerate(sorted(busy)[:10], 1)}
    who = "its only live worker is" if len(busy) == 1 else f"all its {len(busy)} live workers are"
    return Finding(
        code="worker-limit-saturated",
        severity=_severity(scene, pool, due),
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' is polled and no limit of the server is full, but {who} busy, "
        f"as with workers at their own --limit; {wait(due)}",
        evidence={"workers_online": len(busy), **loads, **due_evidence(due)},
        remedy=(
            f"Add a worker: {command('prefect worker start', pool=pool.name)}",
            "Or restart the worker with a higher --limit, or without one",
        ),
        run_ids=ids(due),
    )
