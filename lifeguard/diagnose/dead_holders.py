"""Runs that will never end hold slots: which due runs wait behind them, whatever it is that killed them."""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Limit, Pool, Queue, Run


def blocked_by(scene: Scene, pool: Pool, dead: Sequence[Run]) -> tuple[Run, ...]:
    """The due runs that wait for slots of which every one is held by one of these runs, oldest first."""
    names = {run.id for run in dead}
    blocked: dict[str, Run] = {}
    if _is_full_of(pool, scene.active_by_pool.get(pool.id, ()), names):
        blocked |= {run.id: run for run in scene.startable(pool)}
    for queue in scene.queues_by_pool.get(pool.id, ()):
        if _is_full_of(queue, scene.active_by_queue.get(queue.id, ()), names):
            blocked |= {run.id: run for run in scene.due_by_queue.get(queue.id, ())}
    for deployment_id in {run.deployment_id for run in dead}:
        limit = scene.deployment_limit(deployment_id)
        if limit and _limit_is_full_of(limit, scene.active_by_deployment.get(deployment_id, ()), names):
            blocked |= {run.id: run for run in scene.due_by_deployment.get(deployment_id, ()) if run.waits_for_slot}
    return tuple(sorted(blocked.values(), key=lambda run: (run.due_since or scene.now, run.id)))


def _is_full_of(owner: Pool | Queue, active: Sequence[Run], dead: set[str]) -> bool:
    limit = owner.concurrency_limit
    return bool(limit) and len(active) >= (limit or 0) and all(run.id in dead for run in active)


def _limit_is_full_of(limit: Limit, active: Sequence[Run], dead: set[str]) -> bool:
    return limit.is_full and bool(active) and all(run.id in dead for run in active)


def fills_a_limit(scene: Scene, pool: Pool, dead: Sequence[Run]) -> bool:
    """Whether a full limit is full of these runs only, so that the next run cannot start either."""
    names = {run.id for run in dead}
    limits = ((run.deployment_id, scene.deployment_limit(run.deployment_id)) for run in dead)
    queues = scene.queues_by_pool.get(pool.id, ())
    if _is_full_of(pool, scene.active_by_pool.get(pool.id, ()), names):
        return True
    if any(_is_full_of(queue, scene.active_by_queue.get(queue.id, ()), names) for queue in queues):
        return True
    return any(
        limit and _limit_is_full_of(limit, scene.active_by_deployment.get(deployment_id, ()), names)
        for deployment_id, limit in limits
    )
