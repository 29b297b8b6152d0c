"""pool-no-workers: nobody works on a pool whose work is due. Push and managed pools never have workers."""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, of_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run, Worker
from lifeguard.findings import Evidence, Finding, Severity


def pool_no_workers(scene: Scene) -> list[Finding]:
    """Find pools that need a worker and have none with a fresh heartbeat; without demand that is only worth a note.

    A pool that never had a worker and has nothing to do is not mentioned, and one whose workers could not be seen
    never is.
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        workers = scene.workers(pool)
        if workers is None or not pool.needs_workers or pool.is_paused or scene.live_workers(pool):
            continue
        due, soon = scene.startable(pool), scene.soon(pool)
        if workers or due or soon:
            findings.append(_finding(scene, pool, workers, due, soon))
    return findings


def _finding(
    scene: Scene, pool: Pool, workers: Sequence[Worker], due: tuple[Run, ...], soon: tuple[Run, ...]
) -> Finding:
    return Finding(
        code="pool-no-workers",
        severity=Severity.CRITICAL if due else Severity.WARNING if soon else Severity.INFO,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' has no live worker ({_last_sign(workers)}); {_demand(due, soon)}",
        evidence=_evidence(scene, pool, workers, due, soon),
        remedy=(
            command("prefect worker start", pool=pool.name) + " --with-healthcheck",
            f"Then look again: {command('lifeguard check', pool=pool.name)}",
        ),
        run_ids=ids(due or soon),
    )


def _last(workers: Sequence[Worker]) -> Worker | None:
    beating = [worker for worker in workers if worker.last_heartbeat]
    return max(beating, key=lambda worker: (worker.last_heartbeat, worker.name), default=None)  # type: ignore[arg-type, return-value]


def _last_sign(workers: Sequence[Worker]) -> str:
    last = _last(workers)
    return f"the last heartbeat was that of '{last.name}' at {at(last.last_heartbeat)}" if last else "it never had one"


def _demand(due: Sequence[Run], soon: Sequence[Run]) -> str:
    if due:
        return due_runs(due)
    return f"{runs(len(soon))} expected soon, the first at {at(soon[0].next_start)}" if soon else "no run is due"


def _evidence(scene: Scene, pool: Pool, workers: Sequence[Worker], due: Sequence[Run], soon: Sequence[Run]) -> Evidence:
    last = _last(workers)
    interval = last.heartbeat_seconds if last else None
    settings = scene.snapshot.server.settings
    return {
        "workers_online": 0,
        "workers_total": len(workers),
        "last_worker": last.name if last else None,
        "last_heartbeat": last.last_heartbeat if last else None,
        "heartbeat_patience_seconds": (interval or settings.fallback_heartbeat_seconds) * settings.heartbeat_multiple,
        "pool_status": pool.status,
        **due_evidence(due),
        "expected_soon": len(soon),
    }
