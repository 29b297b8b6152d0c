"""subflow-parent-deadlock: parents hold every slot and wait for children that need one. It never resolves by itself.

A parent that calls `run_deployment` and waits keeps its slot while it waits (PrefectHQ/prefect#16027).
"""

from collections.abc import Collection, Iterator, Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, ids, of_deployment, of_pool, of_queue, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool, Queue, Run
from lifeguard.findings import Finding, Resource, Severity

PARENTS_NAMED = 5


def subflow_parent_deadlock(scene: Scene) -> list[Finding]:
    """Find full limits of which every holder is the parent of a run that waits for the same limit."""
    if not scene.sees_demand:
        return []
    return [*_of_pools(scene), *_of_queues(scene), *_of_deployments(scene)]


def _of_pools(scene: Scene) -> Iterator[Finding]:
    for pool in scene.snapshot.pools:
        due = scene.startable(pool)
        if parents := _deadlocked(scene, pool.concurrency_limit, scene.active_by_pool.get(pool.id, ()), due):
            raise_it = command("prefect work-pool set-concurrency-limit", pool.name, str(_raised(pool, parents)))
            what = f"work pool '{pool.name}'"
            yield _finding(of_pool(pool), what, pool.name, pool.concurrency_limit or 0, parents, due, raise_it)


def _of_queues(scene: Scene) -> Iterator[Finding]:
    for queue in scene.snapshot.queues:
        pool = scene.pools_by_id.get(queue.pool_id)
        due = scene.due_by_queue.get(queue.id, ())
        parents = _deadlocked(scene, queue.concurrency_limit, scene.active_by_queue.get(queue.id, ()), due)
        if pool and parents:
            limit = str(_raised(queue, parents))
            raise_it = command("prefect work-queue set-concurrency-limit", queue.name, limit, pool=pool.name)
            what = f"work queue '{queue.name}' of pool '{pool.name}'"
            yield _finding(of_queue(queue), what, pool.name, queue.concurrency_limit or 0, parents, due, raise_it)


def _of_deployments(scene: Scene) -> Iterator[Finding]:
    for deployment in scene.snapshot.deployments.values():
        limit = scene.deployment_limit(deployment.id)
        due = tuple(run for run in scene.due_by_deployment.get(deployment.id, ()) if run.waits_for_slot)
        parents = _deadlocked(scene, limit and limit.limit, scene.active_by_deployment.get(deployment.id, ()), due)
        if limit and parents:
            raise_it = command("prefect gcl update", limit.name, limit=limit.limit + len(parents))
            what = f"deployment '{deployment.full_name}'"
            yield _finding(of_deployment(deployment), what, deployment.pool_name, limit.limit, parents, due, raise_it)


def _deadlocked(scene: Scene, limit: int | None, active: Sequence[Run], due: Sequence[Run]) -> tuple[Run, ...]:
    """The holders, when they fill the limit and each of them waits for one of the due runs."""
    if not limit or len(active) < limit or not due:
        return ()
    waited_for = _parents(scene, due)
    return tuple(active) if all(run.id in waited_for for run in active) else ()


def _parents(scene: Scene, due: Collection[Run]) -> frozenset[str]:
    tasks = (run.parent_task_run_id for run in due if run.parent_task_run_id)
    return frozenset(scene.snapshot.parents[task] for task in tasks if task in scene.snapshot.parents)


def _raised(owner: Pool | Queue, parents: Sequence[Run]) -> int:
    return (owner.concurrency_limit or 0) + len(parents)


def _finding(
    resource: Resource,
    what: str,
    pool_name: str | None,
    limit: int,
    parents: Sequence[Run],
    due: Sequence[Run],
    raise_it: str,
) -> Finding:
    named = ", ".join(f"{run.name} ({run.id})" for run in parents[:PARENTS_NAMED])
    return Finding(
        code="subflow-parent-deadlock",
        severity=Severity.CRITICAL,
        resource=resource,
        title=f"All {limit} slots of {what} are held by parents that wait for their own subflows, "
        f"such as '{parents[0].name}'; {wait(due)}",
        evidence={
            **({"work_pool": pool_name} if pool_name else {}),
            "concurrency_limit": limit,
            "parents": named,
            **due_evidence(due),
        },
        remedy=(
            f"Let the children start now: {raise_it}",
            "Then give the children a pool or queue of their own, or call run_deployment(..., timeout=0) in the parent",
        ),
        run_ids=ids(due),
    )
