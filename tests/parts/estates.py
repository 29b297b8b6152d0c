"""Generated estates as a patrol in parts sees them: what each part reads, what is outside of pools, and what is left."""

from dataclasses import replace
from typing import Any, cast

from lifeguard.facts import Run
from lifeguard.parts.share import Share, split
from lifeguard.parts.together import together
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

OF_RUNS = ("waiting", "active", "ended", "cancelling", "paused", "retrying", "interrupted")
BY_ID = ("workers", "holders", "parents", "queue_starts", "last_starts", "heartbeats", "caught_up")


def shares_of(whole: Snapshot, parts: int) -> list[Share]:
    """The shares of a picture, before anybody looked."""
    return split(whole, Policy(), parts)


def seen_by(share: Share, whole: Snapshot) -> Snapshot:
    """What a part sees of the pools of its share."""
    return _of_pools(whole, {pool.id for pool in share.picture.pools})


def in_parts(whole: Snapshot, pieces: list[Snapshot]) -> Snapshot:
    """What the patrol makes of the pieces, with what is in no pool and what it reads itself."""
    return together(_beside(whole), [_of_pools(whole, {None}), *pieces])


def _beside(whole: Snapshot) -> Snapshot:
    """What is asked for all pools at once, and the deployments that are known without any run."""
    owners = {run.deployment_id for name in OF_RUNS for run in _runs(whole, name)}
    unowned = {id: each for id, each in whole.deployments.items() if id not in owners}
    gone: dict[str, Any] = {**dict.fromkeys(OF_RUNS, ()), **{name: {} for name in BY_ID}}
    return replace(whole, **gone, progressing=frozenset(), deployments=unowned)


def _runs(whole: Snapshot, name: str) -> tuple[Run, ...]:
    return cast(tuple[Run, ...], getattr(whole, name))


def _of_pools(whole: Snapshot, pools: set[str | None]) -> Snapshot:
    runs = {name: tuple(run for run in _runs(whole, name) if run.pool_id in pools) for name in OF_RUNS}
    seen = [run for each in runs.values() for run in each]
    ids, owners = {run.id for run in seen}, {run.deployment_id for run in seen}
    tasks = {run.parent_task_run_id for run in seen}
    queues = tuple(queue for queue in whole.queues if queue.pool_id in pools)
    own_queues = {queue.id for queue in queues}
    return Snapshot(
        whole.server,
        whole.taken_at,
        pools=tuple(pool for pool in whole.pools if pool.id in pools),
        queues=queues,
        **cast(dict[str, Any], runs),
        workers={id: workers for id, workers in whole.workers.items() if id in pools},
        holders={id: holders for id, holders in whole.holders.items() if id in pools},
        deployments={id: each for id, each in whole.deployments.items() if id in owners},
        parents={task: run for task, run in whole.parents.items() if task in tasks},
        progressing=whole.progressing & ids,
        heartbeats={id: heard for id, heard in whole.heartbeats.items() if id in ids},
        queue_starts={id: number for id, number in whole.queue_starts.items() if id in own_queues},
        last_starts={id: at for id, at in whole.last_starts.items() if id in owners},
        caught_up={id: number for id, number in whole.caught_up.items() if id in pools},
    )
