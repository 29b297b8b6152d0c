"""k8s-worker-down: the Kubernetes Deployments of a pool's workers have no pod that works. It explains pool-no-workers.

Prefect alone only sees that heartbeats stopped. A worker in a crash loop sends one now and then, and looks alive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lifeguard.diagnose.pool_no_workers import Demand
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, ids, of_pool
from lifeguard.diagnose.worker_deployments import (
    WorkerTrouble,
    look_closer,
    memory_limit,
    troubles_of,
)
from lifeguard.diagnose.worker_lives import steady_workers
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run
from lifeguard.findings import Evidence, Finding, Severity

CODE = "k8s-worker-down"


def k8s_worker_down(scene: Scene) -> list[Finding]:
    """Find pools with Deployments of workers of which none works; where others serve the pool, that is no outage."""
    return [finding for pool in scene.snapshot.pools if (finding := _of(scene, pool))]


def explained_by_worker_deployments(findings: Sequence[Finding]) -> list[Finding]:
    """The same findings, where those that nobody works on a pool name what keeps its Deployment from it."""
    down = {each.resource.id: each for each in findings if each.code == CODE}
    return [_explained(each, down.get(each.resource.id)) for each in findings]


def _explained(found: Finding, cause: Finding | None) -> Finding:
    """One that was scaled to zero says nothing of those that crashed before."""
    if cause is None or not _is_its_sign(found, cause):
        return found
    return replace(found, caused_by=cause.fingerprint)


def _is_its_sign(found: Finding, cause: Finding) -> bool:
    return found.code == "pool-no-workers" or (found.code == "worker-crash-loop" and "restarts" in cause.evidence)


@dataclass(frozen=True, slots=True)
class _Down:
    """A pool whose Deployments are all in trouble, the one that tells most first, and who else serves it."""

    pool: Pool
    troubles: tuple[WorkerTrouble, ...]
    online: int
    demand: Demand

    @property
    def severity(self) -> Severity:
        """That of the demand; where other workers live, due work goes on. Nobody wants a worker that crashes."""
        alone = self.demand.severity if self.online == 0 else Severity.INFO
        is_harm = self.troubles[0].is_crash or (self.online > 0 and self.demand.due)
        return Severity.WARNING if is_harm and alone is Severity.INFO else alone


def _of(scene: Scene, pool: Pool) -> Finding | None:
    if not pool.needs_workers or pool.is_paused or not scene.sees_demand or scene.workers(pool) is None:
        return None
    troubles = troubles_of(scene, pool)
    online = _online(scene, pool, troubles[0]) if troubles else 0
    if not troubles or (online and troubles[0].is_wanted):
        return None
    demand = Demand(scene.startable(pool), _left_to_the_worker(scene, pool), scene.soon(pool))
    return _finding(_Down(pool, troubles, online, demand))


def _left_to_the_worker(scene: Scene, pool: Pool) -> tuple[Run, ...]:
    """The claimed runs without a Job: what has one, Kubernetes starts without the worker."""
    return tuple(run for run in scene.claimed(pool) if run.infrastructure_id is None)


def _online(scene: Scene, pool: Pool, trouble: WorkerTrouble) -> int:
    """A heartbeat of a moment ago may be that of the worker which crashes; an older one is of somebody else."""
    return len(steady_workers(scene, pool) if trouble.is_crash else scene.live_workers(pool))


def _finding(down: _Down) -> Finding:
    first, demand = down.troubles[0], down.demand
    return Finding(
        code=CODE,
        severity=down.severity,
        resource=of_pool(down.pool),
        title=f"{_subject(down)} {first.says}; {_rest(down)}",
        evidence=_evidence(down),
        remedy=(*steps_of(first), f"Then look again: {command('lifeguard check', pool=down.pool.name)}"),
        run_ids=() if down.online else ids(demand.runs),
    )


def _subject(down: _Down) -> str:
    others = len(down.troubles) - 1
    more = f", and {others} more like it," if others else ""
    return f"The Kubernetes Deployment '{down.troubles[0].name}' of the workers of pool '{down.pool.name}'{more}"


def _rest(down: _Down) -> str:
    if down.online == 0:
        return f"no other worker of the pool is alive; {down.demand.words}"
    return f"{down.online} other {'worker' if down.online == 1 else 'workers'} of the pool work on"


def _evidence(down: _Down) -> Evidence:
    first = down.troubles[0]
    deployment, container = first.deployment, first.container
    ends: Evidence = {}
    if container and first.is_crash:
        ends = {
            "restarts": container.restarts,
            "last_end": container.last_reason or None,
            "last_exit_code": container.last_exit_code,
            "last_ended": container.last_finished,
            "memory_limit": memory_limit(deployment, container),
        }
    return {
        "kubernetes_says": first.words,
        "deployment": first.name,
        "replicas": deployment.replicas,
        "available": deployment.available,
        "pod": first.pod.name if first.pod else None,
        **ends,
        "autoscaled_by": deployment.autoscaled_by,
        "deployments_down": len(down.troubles),
        "workers_online": down.online,
        **due_evidence(down.demand.due),
        "expected_soon": len(down.demand.soon),
    }


def steps_of(trouble: WorkerTrouble) -> tuple[str, ...]:
    """What to do about a Deployment of which no pod works."""
    of = trouble.deployment
    if trouble.is_wanted:
        up = command("kubectl scale deployment", of.name, namespace=of.namespace, replicas=1)
        return (f"If nobody wants that: {up}", f"Who did it: {look_closer(trouble)[0]}")
    if not trouble.is_out_of_memory:
        return look_closer(trouble)
    limit = memory_limit(of, trouble.container)
    more = f"Raise its memory limit{f' of {limit}' if limit else ''}: in the Helm chart worker.resources.limits.memory"
    return (more, *look_closer(trouble))
