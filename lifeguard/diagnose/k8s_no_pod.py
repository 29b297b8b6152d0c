"""k8s-no-pod: a run's Job exists in Kubernetes, and Prefect was told of no pod of it (PrefectHQ/prefect#5133).

A quota, a limit range, a missing service account or an admission webhook refuses the pod, and only the cluster says so; or
the observer in the worker does not see that namespace.
"""

from collections.abc import Sequence

from lifeguard.diagnose.k8s_observer_down import blind_pools, observer_down_of
from lifeguard.diagnose.pod_troubles import is_seen, troubles
from lifeguard.diagnose.pods_in_trouble import Kind, blocked_in, in_trouble, resource_of
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.told_troubles import told_by_run
from lifeguard.diagnose.words import at, due_evidence, ids, in_pool, is_older, runs, wait
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, SUBMITTING, Run
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.pods import KUBERNETES

SHOWN = Kind("k8s-no-pod", ())
"""What a cluster shows: a Job that is gone, has ended, or has no pod without a word why."""

RUNS_NAMED = 3


def k8s_no_pod(scene: Scene) -> list[Finding]:
    """Find such runs by deployment: those whose cluster shows it, or whose pool has a live worker that told of no pod."""
    shown = in_trouble(scene, SHOWN)
    by_resource = grouped(runs_without_pod(scene), lambda run: resource_of(scene, run))
    told_of = {each.resource for each in shown}
    told = [(resource, found) for resource, found in by_resource.items() if resource and resource not in told_of]
    return [*shown, *(_finding(scene, resource, found) for resource, found in told)]


def runs_without_pod(scene: Scene) -> tuple[Run, ...]:
    """The runs, longest first."""
    return scene.once(_runs_without_pod)


def _runs_without_pod(scene: Scene) -> tuple[Run, ...]:
    heard = {*told_by_run(scene), *troubles(scene)}
    asked = (run for run in scene.snapshot.active if run.id in scene.snapshot.pods_asked and run.id not in heard)
    found = (run for run in asked if _waits_for_pod(scene, run) and not is_seen(scene, run))
    return tuple(sorted(found, key=lambda run: (run.state_since or scene.now, run.id)))


def _waits_for_pod(scene: Scene, run: Run) -> bool:
    pool = scene.pools_by_id.get(run.pool_id or "")
    if pool is None or pool.type != KUBERNETES or not scene.live_workers(pool) or OWN_TAG in run.tags:
        return False
    patience = scene.policy.for_pool(pool.name).unexplained_after_seconds
    is_submitted = run.is_pending and run.state_name == SUBMITTING and run.infrastructure_id is not None
    return is_submitted and is_older(scene, run.state_since, patience)


def _finding(scene: Scene, resource: Resource, found: Sequence[Run]) -> Finding:
    first, blocked = found[0], blocked_in(scene, found[0].pool_id, found)
    namespace, job = first.job or ("", "")
    has = "has a Job and no known pod" if len(found) == 1 else "have Jobs and no known pods, the first"
    whose = f"deployment '{resource.name}'" if resource.kind == "deployment" else f"work pool '{first.pool_name}'"
    patience = scene.policy.for_pool(first.pool_name).pending_stuck_after_seconds
    return Finding(
        code="k8s-no-pod",
        severity=Severity.CRITICAL if is_older(scene, first.state_since, patience) else Severity.WARNING,
        resource=resource,
        title=f"{runs(len(found))} of {whose} {has} since {at(first.state_since)}: Prefect was told of none, as where a "
        "quota, a service account or an admission webhook refuses it"
        + (f"; behind that {wait(blocked)}" if blocked else ""),
        evidence={
            **in_pool(first.pool_name),
            "runs_without_pod": len(found),
            "first_run": first.name,
            "first_run_id": first.id,
            "job": job,
            "namespace": namespace,
            "state": first.state_name,
            "since": first.state_since,
            "worker": first.worker_name,
            **(due_evidence(blocked) if blocked else {}),
        },
        remedy=remedy_of(first),
        run_ids=(*ids(found), *ids(blocked)),
        caused_by=observer_down_of(scene, first.pool_id) if first.pool_id in blind_pools(scene) else None,
    )


def remedy_of(run: Run) -> tuple[str, ...]:
    """What to do about one: the events of the Job say what refuses the pod."""
    namespace, job = run.job or ("", "")
    return (
        f"Its events say what refuses the pod: {command('kubectl describe job', job, namespace=namespace)}",
        f"See what is used there: {command('kubectl describe resourcequota', namespace=namespace)}",
        "Where the pod is there after all, the worker's observer does not see that namespace: set "
        "PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_NAMESPACES where the worker runs",
        f"If it is to wait no longer: {command('prefect flow-run cancel', run.id)}",
    )
