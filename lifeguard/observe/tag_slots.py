"""The slots of tags: which task runs wait for one, and whether anybody holds those that are taken.

Limits of tags hold task runs, never flow runs: the flow run shows RUNNING and hangs.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Leak, Limit, TaskWait, as_utc, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.leaks import still_taken
from lifeguard.observe.paging import Row, every_row
from lifeguard.policy import Policy
from lifeguard.snapshot import TAG_LEASES, TAGGED_TASK_RUNS, Missing, Snapshot

TAG_PREFIX = "tag:"


@dataclass(frozen=True, slots=True)
class _Tasks:
    """The task runs with one tag, of flow runs that run: those that wait, and how many run."""

    waits: tuple[TaskWait, ...] = ()
    running: int = 0


async def find_tag_waits(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add who waits for each full tag, and what of it nobody holds."""
    before = snapshot.taken_at - seconds(policy.task_wait_after_seconds)
    for limit in snapshot.limits:
        if limit.name.startswith(TAG_PREFIX) and limit.is_full:
            snapshot = await _with_tag(api, snapshot, limit, before)
    return snapshot


async def _with_tag(api: Api, snapshot: Snapshot, limit: Limit, before: datetime) -> Snapshot:
    what = f"{TAGGED_TASK_RUNS} '{_tag(limit)}'"
    reading = _tasks(api, snapshot, _tag(limit), before)
    tasks, missing = await attempt(reading, None, lambda why: Missing(what, why, essential=False))
    if tasks is None:
        return replace(snapshot, missing=snapshot.missing + missing)
    leaks, unleased = await _leaks(api, limit, tasks)
    return replace(
        snapshot,
        task_waits=snapshot.task_waits + tasks.waits,
        leaks=snapshot.leaks + leaks,
        missing=snapshot.missing + unleased,
    )


async def _leaks(api: Api, limit: Limit, tasks: _Tasks) -> tuple[tuple[Leak, ...], tuple[Missing, ...]]:
    if limit.limit == 0 or limit.slot_decay_per_second or limit.active_slots <= tasks.running:
        return (), ()
    what = f"{TAG_LEASES} '{_tag(limit)}'"
    return await attempt(_unheld(api, limit, tasks.running), (), lambda why: Missing(what, why, essential=False))


async def _unheld(api: Api, limit: Limit, running: int) -> tuple[Leak, ...]:
    """Leases are what version 1 of the API lists; a task whose lease a restart lost still runs, and counts."""
    held = max(running, await _leases(api, limit))
    slots = await still_taken(api, limit)
    return (Leak(limit.name, slots, held),) if slots > held else ()


async def _leases(api: Api, limit: Limit) -> int:
    row: Row = await api.get(f"concurrency_limits/{limit.id}")
    return len(row["active_slots"])


async def held_by_tasks(api: Api, limit: Limit, page_size: int) -> int:
    """How many task runs hold a slot of a tag's limit now; raises `CallFailed`."""
    rows = await _task_rows(api, _tag(limit), page_size)
    return max(len(_running(rows)), await _leases(api, limit))


async def _tasks(api: Api, snapshot: Snapshot, tag: str, before: datetime) -> _Tasks:
    rows = await _task_rows(api, tag, snapshot.server.settings.page_size)
    known = {run.id for run in snapshot.active if run.is_running}
    waiting = [row for row in rows if row["state_type"] == "PENDING" and row["flow_run_id"] in known]
    return _Tasks(_waits(tag, waiting, before), len(_running(rows)))


async def _task_rows(api: Api, tag: str, page_size: int) -> list[Row]:
    """Task runs of flow runs that crashed stay RUNNING for ever, so that the flow run has to run too."""
    asked: dict[str, Any] = {
        "task_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}, "tags": {"all_": [tag]}},
        "flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}},
    }
    return await every_row(api, "task_runs/filter", asked, page_size)


def _running(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["state_type"] == "RUNNING"]


def _waits(tag: str, rows: Sequence[Row], before: datetime) -> tuple[TaskWait, ...]:
    by_run: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        state: Row = row.get("state") or {}
        since = as_utc(state.get("timestamp"))
        if since and since <= before:
            by_run[row["flow_run_id"]].append(since)
    return tuple(TaskWait(tag, run_id, len(times), min(times)) for run_id, times in sorted(by_run.items()))


def _tag(limit: Limit) -> str:
    return limit.name.removeprefix(TAG_PREFIX)
