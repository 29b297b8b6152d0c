"""worker-lost: one of several workers died while it had runs. The pool looks well, those runs may not be."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, ids
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Pool, Run, Worker
from lifeguard.findings import Finding, Resource, Severity


def worker_lost(scene: Scene) -> list[Finding]:
    """Find silent workers with active runs in pools that others still work on.

    It is no proof that the runs are dead: a flow's process outlives the worker that started it (seen on 3.8.8).
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        live = scene.live_workers(pool)
        for worker in scene.workers(pool) or ():
            active = _runs_of(scene, pool, worker)
            if live and worker not in live and active:
                findings.append(_finding(pool, worker, active, len(live)))
    return findings


def _runs_of(scene: Scene, pool: Pool, worker: Worker) -> tuple[Run, ...]:
    active = scene.active_by_pool.get(pool.id, ())
    return tuple(run for run in active if run.worker_name == worker.name and OWN_TAG not in run.tags)


def _finding(pool: Pool, worker: Worker, active: tuple[Run, ...], live: int) -> Finding:
    number = f"{len(active)} active {'run' if len(active) == 1 else 'runs'}"
    return Finding(
        code="worker-lost",
        severity=Severity.WARNING,
        resource=Resource("worker", f"{pool.id}/{worker.name}", worker.name),
        title=f"Worker '{worker.name}' of pool '{pool.name}' is silent since {at(worker.last_heartbeat)} with {number}; "
        f"{live} other {'worker is' if live == 1 else 'workers are'} alive",
        evidence={
            "work_pool": pool.name,
            "last_heartbeat": worker.last_heartbeat,
            "status": worker.status,
            "active_runs": len(active),
            "oldest_run": active[0].name,
            "oldest_run_state": active[0].state_name,
            "other_live_workers": live,
        },
        remedy=(
            f"Start it again: {command('prefect worker start', pool=pool.name, name=worker.name)}",
            f"See whether its runs still log: {command('prefect flow-run logs', active[0].id)}",
            f"Cancel those that do not: {command('prefect flow-run cancel', active[0].id)}",
        ),
        run_ids=ids(active),
    )
