"""run-overdue-unexplained: runs are overdue and none of the known causes holds. What was ruled out is the evidence."""

from collections.abc import Collection

from lifeguard.diagnose.scene import WORKER_QUERY_SECONDS, Scene, grouped
from lifeguard.diagnose.words import due_evidence, due_runs, ids, is_older, of_deployment, of_pool, runs
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run
from lifeguard.findings import Evidence, Finding, Resource, Severity


def run_overdue_unexplained(scene: Scene, explained: Collection[str]) -> list[Finding]:
    """Find due runs that no other finding explains, by pool, or by deployment where there is no pool.

    While runs of the pool still start, a backlog is being worked off, and workers that came this moment have not asked
    yet: both are information only. A pool that could not be seen in full is not accused.
    """
    rest = [run for run in scene.due if run.id not in explained and not scene.is_backing_off(run)]
    by_resource = grouped(rest, lambda run: _resource(scene, run))
    return [
        _finding(scene, resource, due) for resource, due in by_resource.items() if resource and _is_long(scene, due[0])
    ]


def _is_long(scene: Scene, run: Run) -> bool:
    return run.overdue_seconds(scene.now) > scene.policy.for_pool(run.pool_name).unexplained_after_seconds


def _resource(scene: Scene, run: Run) -> Resource | None:
    pool = scene.pools_by_id.get(run.pool_id or "")
    if pool:
        return of_pool(pool) if scene.is_seen(pool) else None
    deployment = scene.snapshot.deployments.get(run.deployment_id or "")
    return of_deployment(deployment) if deployment and None not in scene.blind_pools else None


def _finding(scene: Scene, resource: Resource, due: tuple[Run, ...]) -> Finding:
    pool = scene.pools_by_id.get(due[0].pool_id or "")
    started = _started_lately(scene, pool) if pool else 0
    whose = f"of work pool '{resource.name}'" if pool else f"of deployment '{resource.name}'"
    is_new = pool is not None and _has_only_new_workers(scene, pool)
    lately = short(scene.policy.for_pool(due[0].pool_name).unexplained_after_seconds)
    trend = f"; {runs(started)} of it started in the last {lately}: the backlog is being worked off" if started else ""
    trend = "; its workers came only now" if is_new and not started else trend
    return Finding(
        code="run-overdue-unexplained",
        severity=Severity.INFO if started or is_new else Severity.WARNING,
        resource=resource,
        title=f"No known cause explains the overdue runs {whose}: {due_runs(due)}{trend}",
        evidence={**due_evidence(due), **(_ruled_out(scene, pool) if pool else {}), "started_lately": started},
        remedy=(
            command("prefect flow-run logs", due[0].id),
            "Look at the log of the worker itself: Prefect keeps it nowhere else",
        ),
        run_ids=ids(due),
    )


def _started_lately(scene: Scene, pool: Pool) -> int:
    lately = scene.policy.for_pool(pool.name).unexplained_after_seconds
    active = scene.active_by_pool.get(pool.id, ())
    return sum(1 for run in active if run.started and not is_older(scene, run.started, lately))


def _has_only_new_workers(scene: Scene, pool: Pool) -> bool:
    """Whether no live worker has been there for as long as asking three times takes, and none has asked yet."""
    came = [worker.created for worker in scene.live_workers(pool) if worker.created]
    polled = [queue.last_polled for queue in scene.queues_by_pool.get(pool.id, ()) if queue.last_polled]
    if not came or any(is_older(scene, created, 3 * WORKER_QUERY_SECONDS) for created in came):
        return False
    return not polled or max(polled) < min(came)


def _ruled_out(scene: Scene, pool: Pool) -> Evidence:
    """What was seen of each known cause, so that nobody looks there again."""
    queues = scene.queues_by_pool.get(pool.id, ())
    return {
        "pool_is_paused": pool.is_paused,
        "paused_queues": sum(queue.is_paused for queue in queues),
        "workers_online": len(scene.live_workers(pool)),
        "polled_queues": sum(scene.is_polled(queue) for queue in queues),
        "queues": len(queues),
        "pool_slots": _slots(pool.active_slots, pool.concurrency_limit),
        "active_runs": len(scene.active_by_pool.get(pool.id, ())),
    }


def _slots(active: int | None, limit: int | None) -> str:
    return "no limit" if limit is None else f"{'unknown' if active is None else active} of {limit}"
