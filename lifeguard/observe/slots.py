"""Who holds the slots that others wait for: holders of pools and queues, task runs behind a tag, parents."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Holder, Missing, Pool, Snapshot, TaskWait, as_utc, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.paging import Row, every_row
from lifeguard.observe.pools import pool_path
from lifeguard.policy import Policy

TAG_PREFIX = "tag:"


async def find_slot_holders(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add the holders of every limited pool that is full or has a limited queue, and what else waits for slots."""
    with_limited_queue = {queue.pool_id for queue in snapshot.queues if queue.concurrency_limit is not None}
    for pool in snapshot.pools:
        if pool.id in with_limited_queue or _is_full(pool):
            snapshot = await _with_holders(api, snapshot, pool)
    return await _with_parents(api, await _with_task_waits(api, snapshot, policy))


def _is_full(pool: Pool) -> bool:
    return pool.concurrency_limit is not None and (pool.active_slots or 0) >= pool.concurrency_limit


async def _with_holders(api: Api, snapshot: Snapshot, pool: Pool) -> Snapshot:
    """`concurrency_status` exists since 3.6.23 (PrefectHQ/prefect#21150); without it, active runs are the holders."""
    try:
        details = await _every_queue(api, pool, snapshot.server.settings.page_size)
    except CallFailed as failure:
        unseen = Missing("slot holders", failure.reason, pool.id, pool.name, essential=False)
        return replace(snapshot, missing=(*snapshot.missing, unseen))
    held: tuple[Holder, ...] = sum((answers.holders(detail) for detail in details), ())
    slots: dict[str, int] = {detail["queue_id"]: detail["active_slots"] for detail in details}
    started = {holder.run_id for holder in held}
    return replace(
        snapshot,
        holders={**snapshot.holders, pool.id: held},
        queues=tuple(replace(q, active_slots=slots[q.id]) if q.id in slots else q for q in snapshot.queues),
        waiting=tuple(run for run in snapshot.waiting if run.id not in started),
    )


async def _every_queue(api: Api, pool: Pool, page_size: int) -> list[Row]:
    details: list[Row] = []
    page, pages = 1, 1
    while page <= pages:
        body = {"page": page, "limit": page_size, "flow_run_limit": 200}
        answer: Row = await api.post(pool_path(pool.name, "concurrency_status"), body)
        details += answer["queues"]
        page, pages = page + 1, answer["pages"]
    return details


async def _with_task_waits(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Limits of tags hold task runs, never flow runs: the flow run shows RUNNING and hangs."""
    before = snapshot.taken_at - seconds(policy.task_wait_after_seconds)
    running = {run.id for run in snapshot.active if run.is_running}
    waits: list[TaskWait] = []
    for limit in snapshot.limits:
        if limit.name.startswith(TAG_PREFIX) and limit.is_full:
            tag = limit.name.removeprefix(TAG_PREFIX)
            try:
                waits += _waits(
                    tag, await _pending_tasks(api, tag, snapshot.server.settings.page_size), running, before
                )
            except CallFailed as failure:
                unseen = Missing(f"task runs with the tag {tag!r}", failure.reason, essential=False)
                snapshot = replace(snapshot, missing=(*snapshot.missing, unseen))
    return replace(snapshot, task_waits=tuple(waits))


async def _pending_tasks(api: Api, tag: str, page_size: int) -> list[Row]:
    asked = {"task_runs": {"state": {"type": {"any_": ["PENDING"]}}, "tags": {"all_": [tag]}}}
    return await every_row(api, "task_runs/filter", asked, page_size)


def _waits(tag: str, rows: list[Row], running: set[str], before: datetime) -> list[TaskWait]:
    by_run: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        state: Row = row.get("state") or {}
        since = as_utc(state.get("timestamp"))
        if row["flow_run_id"] in running and since and since <= before:
            by_run[row["flow_run_id"]].append(since)
    return [TaskWait(tag, run_id, len(times), min(times)) for run_id, times in sorted(by_run.items())]


async def _with_parents(api: Api, snapshot: Snapshot) -> Snapshot:
    """Which flow run each waiting subflow was started by; asked for only where slots are scarce."""
    tasks = sorted({run.parent_task_run_id for run in snapshot.waiting if run.parent_task_run_id})
    if not tasks:
        return snapshot
    parents: dict[str, str] = {}
    page_size = snapshot.server.settings.page_size
    try:
        for start in range(0, len(tasks), page_size):
            asked: dict[str, Any] = {"task_runs": {"id": {"any_": tasks[start : start + page_size]}}}
            parents |= {
                row["id"]: row["flow_run_id"] for row in await every_row(api, "task_runs/filter", asked, page_size)
            }
    except CallFailed as failure:
        unseen = Missing("parents of subflow runs", failure.reason, essential=False)
        return replace(snapshot, missing=(*snapshot.missing, unseen))
    return replace(snapshot, parents=parents)
