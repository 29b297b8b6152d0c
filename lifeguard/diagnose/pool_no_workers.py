"""pool-no-workers: nobody works on a pool whose work is due. Push and managed pools never have workers."""

from collections.abc import Sequence
from dataclasses import dataclass

from lifeguard.diagnose.pod_troubles import troubles
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, of_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run, Worker
from lifeguard.findings import Evidence, Finding, Severity
from lifeguard.pods import KUBERNETES


def pool_no_workers(scene: Scene) -> list[Finding]:
    """Find pools that need a worker and have none with a fresh heartbeat; without demand that is only worth a note.

    A pool that never had a worker and has nothing to do is not mentioned, and one whose workers could not be seen
    never is.
    """
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        workers = scene.workers(pool)
        if (
            workers is None
            or not scene.sees_demand_of(pool.name)
            or not pool.needs_workers
            or pool.is_paused
            or scene.live_workers(pool)
        ):
            continue
        demand = Demand(scene.startable(pool), _claimed(scene, pool), scene.soon(pool))
        if workers or demand.runs:
            findings.append(_finding(scene, pool, workers, demand))
    return findings


def _claimed(scene: Scene, pool: Pool) -> tuple[Run, ...]:
    """A run that waits in Kubernetes for a reason that is known needs no worker to begin."""
    claimed = scene.claimed(pool)
    if pool.type != KUBERNETES or not claimed:
        return claimed
    return tuple(run for run in claimed if run.id not in troubles(scene))


@dataclass(frozen=True, slots=True)
class Demand:
    """Why somebody should work on the pool: runs that are due, that were claimed and are not started, or come soon."""

    due: tuple[Run, ...]
    claimed: tuple[Run, ...]
    soon: tuple[Run, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """The most urgent kind of runs that there are."""
        return self.due or self.claimed or self.soon

    @property
    def severity(self) -> Severity:
        """A run that was claimed may still start: the worker's death does not end what it had submitted."""
        return Severity.CRITICAL if self.due else Severity.WARNING if self.runs else Severity.INFO

    @property
    def words(self) -> str:
        """For the sentence."""
        if self.due:
            return due_runs(self.due)
        if self.claimed:
            return f"{runs(len(self.claimed))} claimed and not started, expected at {at(self.claimed[0].due_since)}"
        if self.soon:
            return f"{runs(len(self.soon))} expected soon, the first at {at(self.soon[0].next_start)}"
        return "no run is due"


def _finding(scene: Scene, pool: Pool, workers: Sequence[Worker], demand: Demand) -> Finding:
    return Finding(
        code="pool-no-workers",
        severity=demand.severity,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' has no live worker ({_last_sign(workers)}); {demand.words}",
        evidence=_evidence(scene, pool, workers, demand),
        remedy=(
            command("prefect worker start", pool=pool.name) + " --with-healthcheck",
            f"Then look again: {command('lifeguard check', pool=pool.name)}",
        ),
        run_ids=ids(demand.runs),
        is_confirmed=pool.status != "READY",
    )


def _last(workers: Sequence[Worker]) -> Worker | None:
    beating = [worker for worker in workers if worker.last_heartbeat]
    return max(beating, key=lambda worker: (worker.last_heartbeat, worker.name), default=None)  # type: ignore[arg-type, return-value]


def _last_sign(workers: Sequence[Worker]) -> str:
    last = _last(workers)
    return f"the last heartbeat was that of '{last.name}' at {at(last.last_heartbeat)}" if last else "it never had one"


def _evidence(scene: Scene, pool: Pool, workers: Sequence[Worker], demand: Demand) -> Evidence:
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
        **due_evidence(demand.due),
        "claimed_not_started": len(demand.claimed),
        "expected_soon": len(demand.soon),
    }
