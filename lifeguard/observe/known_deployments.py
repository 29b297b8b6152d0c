"""Deployments by id, with the memory of earlier looks: what changes under a deployment by itself is never taken from it.

How many slots of its limit are taken is told by the list of limits, which each look reads. When a deployment was last polled
matters where no pool polls for it (`serve`), and its collision strategy where its limit is full: such are always read, and so
are those whose pool or queue is gone. The rest (its names, its queue) changes by a new deploy only, and is only named: it may
be as old as `Policy.reread_after_seconds`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from lifeguard.facts import Deployment, Limit, Run, seconds
from lifeguard.memory import KnownDeployments
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.paging import rows_by_id
from lifeguard.policy import Policy
from lifeguard.snapshot import WORK_QUEUES, Snapshot
from lifeguard.whose_turn import turns

LIMIT_OF = "deployment:{}"
"""How the server names the limit of a deployment."""


def with_due_forgotten(snapshot: Snapshot, policy: Policy) -> Snapshot:
    """At the beginning of a look: without the deployments whose turn it is to be read again."""
    known = snapshot.memory.deployments
    chosen = turns([each.read_at for each in known], snapshot.taken_at, seconds(policy.reread_after_seconds))
    kept = tuple(each for place, each in enumerate(known) if place not in chosen)
    return replace(snapshot, memory=replace(snapshot.memory, deployments=kept)) if chosen else snapshot


async def with_named_deployments(api: Api, snapshot: Snapshot, runs: Collection[Run]) -> Snapshot:
    """Add the deployments of these runs, with the names of their flows; raises `CallFailed`.

    Those of runs without a queue are always read: whether such a run can ever start is told by its deployment.
    """
    wanted = {run.deployment_id for run in runs if run.deployment_id} - set(snapshot.deployments)
    queueless = {run.deployment_id for run in runs if run.queue_id is None}
    known = {id: each for id, each in _known(snapshot).items() if id in wanted - queueless}
    read = await _read(api, wanted - set(known), snapshot.server.settings.page_size)
    return replace(
        snapshot,
        deployments={**snapshot.deployments, **known, **{each.id: each for each in read}},
        memory=replace(snapshot.memory, deployments=(*snapshot.memory.deployments, *_to_remember(snapshot, read))),
    )


def _known(snapshot: Snapshot) -> Mapping[str, Deployment]:
    """Those that may be taken from memory, with their limits as they are now."""
    if not (snapshot.sees("concurrency limits") and snapshot.sees(WORK_QUEUES)):
        return {}
    limits = {limit.name: limit for limit in snapshot.limits}
    queues = {queue.id for queue in snapshot.queues}
    groups = sorted(snapshot.memory.deployments, key=lambda each: each.read_at)
    named = (_with_limit(each, limits) for group in groups for each in group.deployments)
    return {each.id: each for each in named if _may_be_known(each) and each.queue_id in queues}


def _with_limit(deployment: Deployment, limits: Mapping[str, Limit]) -> Deployment:
    limit = limits.get(LIMIT_OF.format(deployment.id))
    return deployment if deployment.limit == limit else replace(deployment, limit=limit)


def _may_be_known(deployment: Deployment) -> bool:
    return deployment.pool_name is not None and not (deployment.limit and deployment.limit.is_full)


def _to_remember(snapshot: Snapshot, read: Sequence[Deployment]) -> Iterator[KnownDeployments]:
    """In groups of a page, so that they take turns."""
    page_size = snapshot.server.settings.page_size
    lasting = [each for each in read if _may_be_known(each)]
    for start in range(0, len(lasting), page_size):
        yield KnownDeployments(snapshot.taken_at, tuple(lasting[start : start + page_size]))


async def _read(api: Api, ids: Collection[str], page_size: int) -> list[Deployment]:
    rows = await rows_by_id(api, "deployments", ids, page_size)
    flows = await rows_by_id(api, "flows", {row["flow_id"] for row in rows}, page_size)
    names: dict[str, str] = {row["id"]: row["name"] for row in flows}
    return [answers.deployment(row, names) for row in rows]
