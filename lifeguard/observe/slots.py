"""Who holds the slots that others wait for: holders of pools and queues, task runs behind a tag, parents."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from lifeguard.facts import Holder, Pool, Queue
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.harm import by_harm
from lifeguard.observe.paging import Row, rows_by_id
from lifeguard.observe.pool_paths import pool_path
from lifeguard.observe.tag_slots import find_tag_waits
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, PARENTS_OF_SUBFLOWS, SLOT_HOLDERS, Missing, Snapshot

SLOTS_NOT_TOLD = Missing(
    "slots in use", "servers before 3.6.23 do not tell them; active runs are counted instead", essential=False
)


async def find_slot_holders(api: Api, snapshot: Snapshot, policy: Policy, *, of_all: bool = False) -> Snapshot:
    """Add the holders of the pools, who waits for tags, and the parents of subflows that wait."""
    snapshot = await find_holders_of_pools(api, snapshot, of_all=of_all)
    return await find_parents(api, await find_tag_waits(api, snapshot, policy))


async def find_holders_of_pools(api: Api, snapshot: Snapshot, *, of_all: bool = False) -> Snapshot:
    """Add the holders of every pool of which the lists do not tell all that is shown or found: mostly none.

    With `of_all`, those of every full pool and every pool with a limited queue.
    """
    if any(pool.concurrency_limit is not None and pool.active_slots is None for pool in snapshot.pools):
        snapshot = replace(snapshot, missing=(*snapshot.missing, SLOTS_NOT_TOLD))
    wanted = _limited(snapshot) if of_all else worth_a_call(snapshot)
    for pool in by_harm(snapshot.pools, snapshot):
        if pool.id in wanted:
            snapshot = await _with_holders(api, snapshot, pool)
    return snapshot


def _limited(snapshot: Snapshot) -> set[str]:
    with_limited_queue = {queue.pool_id for queue in snapshot.queues if queue.concurrency_limit is not None}
    return with_limited_queue | {pool.id for pool in snapshot.pools if _is_full(pool)}


def worth_a_call(snapshot: Snapshot) -> set[str]:
    """The full pools where somebody waits, and those with a queue that is full for somebody, or whose number is not told."""
    waits = {id for run in snapshot.waiting for id in (run.pool_id, run.queue_id)}
    taken = Counter(run.queue_id for run in snapshot.active) if snapshot.sees(ACTIVE_RUNS) else None
    pools = {pool.id for pool in snapshot.pools if _is_full(pool) and pool.id in waits}
    return pools | {queue.pool_id for queue in snapshot.queues if _is_wanted(queue, waits, taken)}


def _is_wanted(queue: Queue, waits: Collection[str | None], taken: Counter[str | None] | None) -> bool:
    """A number that the server tells as the most, and that as many active runs are seen to take, is the whole one."""
    if queue.concurrency_limit is None:
        return False
    if taken is None or queue.slots_at_most is None or queue.slots_at_most != taken[queue.id]:
        return True
    return queue.slots_at_most >= queue.concurrency_limit and queue.id in waits


def _is_full(pool: Pool) -> bool:
    return pool.concurrency_limit is not None and (pool.active_slots or 0) >= pool.concurrency_limit


async def _with_holders(api: Api, snapshot: Snapshot, pool: Pool) -> Snapshot:
    """`concurrency_status` exists since 3.6.23 (PrefectHQ/prefect#21150); without it, active runs are the holders."""
    reading = _held(api, pool, snapshot.server.settings.page_size)
    nothing = (tuple[Holder, ...](), dict[str, int]())
    (held, slots), missing = await attempt(
        reading, nothing, lambda why: Missing(SLOT_HOLDERS, why, pool.id, pool.name, essential=False)
    )
    if missing:
        return replace(snapshot, missing=snapshot.missing + missing)
    started = {holder.run_id for holder in held}
    return replace(
        snapshot,
        holders={**snapshot.holders, pool.id: held},
        queues=tuple(replace(q, active_slots=slots[q.id]) if q.id in slots else q for q in snapshot.queues),
        waiting=tuple(run for run in snapshot.waiting if run.id not in started),
    )


async def _held(api: Api, pool: Pool, page_size: int) -> tuple[tuple[Holder, ...], dict[str, int]]:
    """Who holds slots of a pool, and how many are taken in each of its queues."""
    details: list[Row] = []
    page, pages = 1, 1
    while page <= pages:
        body = {"page": page, "limit": page_size, "flow_run_limit": 200}
        answer: Row = await api.post(pool_path(pool.name, "concurrency_status"), body)
        details += answer["queues"]
        page, pages = page + 1, answer["pages"]
    held = tuple(holder for detail in details for holder in answers.holders(detail))
    return held, {detail["queue_id"]: detail["active_slots"] for detail in details}


async def find_parents(api: Api, snapshot: Snapshot) -> Snapshot:
    """Add which flow run each waiting subflow was started by."""
    tasks = sorted({run.parent_task_run_id for run in snapshot.waiting if run.parent_task_run_id})
    reading = _parents(api, tasks, snapshot.server.settings.page_size)
    parents, missing = await attempt(
        reading, dict[str, str](), lambda why: Missing(PARENTS_OF_SUBFLOWS, why, essential=False)
    )
    return replace(snapshot, parents=parents, missing=snapshot.missing + missing)


async def _parents(api: Api, tasks: Sequence[str], page_size: int) -> dict[str, str]:
    return {row["id"]: row["flow_run_id"] for row in await rows_by_id(api, "task_runs", tasks, page_size)}
