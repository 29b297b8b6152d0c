"""The workers of every pool that needs workers. Prefect has no list of all workers, so this costs a call per pool.

Of many pools, those whose workers an earlier look read and of which everything else tells that they are as they were are
not asked again: see `lifeguard.remembered_workers`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import anyio

from lifeguard.facts import Pool, Worker
from lifeguard.memory import KnownWorkers
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import attempt
from lifeguard.observe.harm import KEPT_FOR_THE_REST, by_harm
from lifeguard.observe.paging import every_row
from lifeguard.observe.pool_paths import pool_path
from lifeguard.policy import Policy
from lifeguard.remembered_workers import leaving_workers, remembered_workers, with_remembered
from lifeguard.snapshot import Missing, Snapshot

Answer = tuple[Worker, ...] | Missing | None
Tell = Callable[[int, int], None]

UNADDRESSABLE = "HTTP 404, as Prefect cannot be asked about a pool of such a name; ignore_pools leaves it out"


async def count_workers(api: Api, snapshot: Snapshot) -> Snapshot:
    """Add the workers of all pools; one that vanished meanwhile vanishes here, one that cannot be seen is missing."""
    return await _count(api, snapshot, {}, None)


async def count_workers_by_memory(api: Api, snapshot: Snapshot, policy: Policy, tell: Tell) -> Snapshot:
    """Add the workers, those that the snapshot's memory still tells as they were read; and leave what was read in it.

    What decides that has to be in the snapshot: queues, runs and the events of workers. `tell` hears how many pools of how
    many are done.
    """
    held = remembered_workers(snapshot, policy)
    return leaving_workers(await _count(api, snapshot, held, tell), held)


async def _count(api: Api, snapshot: Snapshot, held: Mapping[str, KnownWorkers], tell: Tell | None) -> Snapshot:
    """Where not all can be asked about, the most harmful come first."""
    needy = (pool for pool in snapshot.pools if pool.needs_workers and pool.id not in held)
    asked = by_harm(needy, snapshot)
    seen: dict[str, Answer] = {}

    async def look_at(pool: Pool) -> None:
        seen[pool.id] = await _workers_of(api, pool, snapshot.server.settings.page_size)
        if tell:
            tell(len(seen), len(asked))

    with api.keeping(KEPT_FOR_THE_REST):
        async with anyio.create_task_group() as tasks:
            for pool in asked:
                tasks.start_soon(look_at, pool)
    return with_remembered(_with_workers(snapshot, asked, seen), held)


async def _workers_of(api: Api, pool: Pool, page_size: int) -> Answer:
    reading = _all_workers(api, pool, page_size)
    workers, missing = await attempt(reading, None, lambda why: Missing("workers", why, pool.id, pool.name))
    return missing[0] if missing else workers


async def _all_workers(api: Api, pool: Pool, page_size: int) -> tuple[Worker, ...] | None:
    try:
        rows = await every_row(api, pool_path(pool.name, "workers/filter"), {}, page_size)
        return tuple(answers.worker(row) for row in rows)
    except CallFailed as failure:
        if failure.status == 404 and await _is_deleted(api, pool):
            return None
        if failure.status == 404 and not pool.name.isprintable():
            raise CallFailed(UNADDRESSABLE, 404) from failure
        raise


async def _is_deleted(api: Api, pool: Pool) -> bool:
    """A 404 alone could come from anything between us and the server; an empty list cannot."""
    try:
        return await api.post("work_pools/filter", {"work_pools": {"id": {"any_": [pool.id]}}}) == []
    except CallFailed:
        return False


def _with_workers(snapshot: Snapshot, asked: Sequence[Pool], seen: dict[str, Answer]) -> Snapshot:
    gone = {pool.id for pool in asked if seen[pool.id] is None}
    return replace(
        snapshot,
        pools=tuple(pool for pool in snapshot.pools if pool.id not in gone),
        queues=tuple(queue for queue in snapshot.queues if queue.pool_id not in gone),
        workers={id: answer for id, answer in seen.items() if isinstance(answer, tuple)},
        missing=snapshot.missing + tuple(seen[p.id] for p in asked if isinstance(seen[p.id], Missing)),  # type: ignore[misc]
    )
