"""limit-set-to-zero: a concurrency limit of 0 is a pause that no page of Prefect calls one."""

from collections.abc import Iterator

from lifeguard.diagnose.scene import DEPLOYMENT_LIMIT_PREFIX, Scene
from lifeguard.diagnose.words import by_patience, demand_evidence, ids, of_pool, of_queue, wait
from lifeguard.escaping import command
from lifeguard.facts import Limit, Run
from lifeguard.findings import Finding, Resource, Severity


def limit_set_to_zero(scene: Scene) -> list[Finding]:
    """Find limits of 0 on pools, queues, deployments and tags."""
    return [*_on_pools(scene), *_on_queues(scene), *_on_anything_else(scene)]


def _on_pools(scene: Scene) -> Iterator[Finding]:
    for pool in scene.snapshot.pools:
        if pool.concurrency_limit == 0:
            clear = command("prefect work-pool clear-concurrency-limit", pool.name)
            due = scene.startable(pool)
            yield _finding(scene, of_pool(pool), f"Work pool '{pool.name}'", pool.name, due, clear)


def _on_queues(scene: Scene) -> Iterator[Finding]:
    for queue in scene.snapshot.queues:
        pool = scene.pools_by_id.get(queue.pool_id)
        if queue.concurrency_limit == 0 and pool:
            clear = command("prefect work-queue clear-concurrency-limit", queue.name, pool=pool.name)
            due = scene.due_by_queue.get(queue.id, ())
            what = f"Work queue '{queue.name}' of pool '{pool.name}'"
            yield _finding(scene, of_queue(queue), what, pool.name, due, clear)


def _on_anything_else(scene: Scene) -> Iterator[Finding]:
    for limit in scene.snapshot.limits:
        if limit.limit == 0 and limit.is_active:
            resource = Resource("concurrency-limit", limit.id, limit.name)
            raise_it = command("prefect gcl update", limit.name, limit=1)
            yield _finding(scene, resource, _named(scene, limit), None, _held_back(scene, limit), raise_it)


def _named(scene: Scene, limit: Limit) -> str:
    deployment = scene.snapshot.deployments.get(limit.name.removeprefix(DEPLOYMENT_LIMIT_PREFIX))
    return f"Deployment '{deployment.full_name}'" if deployment else f"Concurrency limit '{limit.name}'"


def _held_back(scene: Scene, limit: Limit) -> tuple[Run, ...]:
    """The due runs of a deployment; what waits for a tag is a task run, and its flow run has started."""
    if limit.name.startswith(DEPLOYMENT_LIMIT_PREFIX):
        return scene.due_by_deployment.get(limit.name.removeprefix(DEPLOYMENT_LIMIT_PREFIX), ())
    return ()


def _finding(
    scene: Scene, resource: Resource, what: str, pool_name: str | None, due: tuple[Run, ...], command: str
) -> Finding:
    patience = scene.policy.for_pool(pool_name).pause_critical_after_seconds
    return Finding(
        code="limit-set-to-zero",
        severity=by_patience(scene, due, patience, Severity.CRITICAL),
        resource=resource,
        title=f"{what} has a concurrency limit of 0, so nothing can start" + (f": {wait(due)}" if due else ""),
        evidence={
            **({"work_pool": pool_name} if pool_name else {}),
            "concurrency_limit": 0,
            **demand_evidence(scene, pool_name, due, ()),
        },
        remedy=(command,),
        run_ids=ids(due),
    )
