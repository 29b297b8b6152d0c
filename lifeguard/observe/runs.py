"""The runs that decide: those that should start, those that hold slots, and those that ended before they started.

None of the endpoints used here counts as a poll of a queue (causes.md, rule 0.1).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from lifeguard.facts import Deployment, Missing, Run, Snapshot, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.paging import Row, every_row, every_run
from lifeguard.policy import Policy

IN_PROCESS = "in_process"
ENDED_BEFORE_START = {"type": {"any_": ["CRASHED", "CANCELLED"]}}


async def find_overdue_runs(api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str] = ()) -> Snapshot:
    """Add every run that is due, waits for a slot, or is due within the look-ahead, and the deployments they belong to.

    Runs are found by their times: the name Late comes late, and never for runs that wait for a slot. The server moves
    a run's next start ahead by `slot_wait_seconds` each time it is refused a slot, so that window is always included.
    """
    horizon = snapshot.taken_at + seconds(
        max(policy.look_ahead_seconds, *_look_aheads(policy), snapshot.server.settings.slot_wait_seconds + 60)
    )
    due = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"before_": horizon.isoformat()}}
    rows, missing = await _runs(api, snapshot, "waiting runs", due, only, "next_scheduled_start_time")
    waiting = tuple(run for run in _of_known_pools(snapshot, rows) if run.retry_type != IN_PROCESS)
    snapshot = replace(snapshot, waiting=waiting, missing=snapshot.missing + missing)
    return await _with_deployments(api, snapshot, waiting)


def _look_aheads(policy: Policy) -> list[float]:
    return [exception.look_ahead_seconds or 0 for exception in policy.pools.values()]


async def find_active_runs(api: Api, snapshot: Snapshot, only: Sequence[str] = ()) -> Snapshot:
    """Add every PENDING and RUNNING run of a deployment. What was claimed since is no longer waiting."""
    active = {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}, "deployment_id": {"is_null_": False}}
    rows, missing = await _runs(api, snapshot, "active runs", active, only, "expected_start_time")
    runs = tuple(_of_known_pools(snapshot, rows))
    claimed = {run.id for run in runs}
    still_waiting = tuple(run for run in snapshot.waiting if run.id not in claimed)
    snapshot = replace(snapshot, active=runs, waiting=still_waiting, missing=snapshot.missing + missing)
    return await _with_deployments(api, snapshot, (run for run in runs if run.is_pending))


async def find_failed_starts(api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str] = ()) -> Snapshot:
    """Add the runs that crashed or were cancelled before they started, and when their deployments last started one."""
    since = (snapshot.taken_at - seconds(policy.failed_lookback_seconds)).isoformat()
    ended = {"state": ENDED_BEFORE_START, "start_time": {"is_null_": True}, "end_time": {"after_": since}}
    rows, missing = await _runs(
        api, snapshot, "runs that ended before they started", ended, only, "expected_start_time"
    )
    runs = tuple(run for run in _of_known_pools(snapshot, rows) if run.deployment_id)
    snapshot = replace(snapshot, ended=runs, missing=snapshot.missing + missing)
    return await _with_last_starts(api, await _with_deployments(api, snapshot, runs), since)


async def _with_last_starts(api: Api, snapshot: Snapshot, since: str) -> Snapshot:
    deployments = sorted({run.deployment_id for run in snapshot.ended if run.deployment_id})
    if not deployments:
        return snapshot
    started = {"deployment_id": {"any_": deployments}, "start_time": {"after_": since}}
    rows, missing = await _runs(api, snapshot, "last starts", started, (), "expected_start_time")
    last = dict(snapshot.last_starts)
    for run in map(answers.run, rows):
        if run.started and run.deployment_id:
            last[run.deployment_id] = max(run.started, last.get(run.deployment_id, run.started))
    return replace(snapshot, last_starts=last, missing=snapshot.missing + missing)


async def _runs(
    api: Api, snapshot: Snapshot, what: str, asked: dict[str, Any], only: Sequence[str], by: str
) -> tuple[list[Row], tuple[Missing, ...]]:
    """All runs of a filter, or their name among the missing: half a list would be taken for the whole."""
    body: dict[str, Any] = {"flow_runs": asked}
    if only:
        body["work_pools"] = {"name": {"any_": list(only)}}
    try:
        return await every_run(api, body, by, snapshot.server.settings.page_size), ()
    except CallFailed as failure:
        return [], (Missing(what, failure.reason),)


def _of_known_pools(snapshot: Snapshot, rows: Iterable[Row]) -> list[Run]:
    """The runs whose pool is looked at, and those that have none; ignored pools keep their runs to themselves."""
    by_name = {pool.name: pool.id for pool in snapshot.pools}
    runs = (answers.run(row) for row in rows)
    return [
        replace(run, pool_id=by_name[run.pool_name] if run.pool_name else None)
        for run in runs
        if run.pool_name is None or run.pool_name in by_name
    ]


async def _with_deployments(api: Api, snapshot: Snapshot, runs: Iterable[Run]) -> Snapshot:
    """Add the deployments of these runs, with the names of their flows."""
    ids = sorted({run.deployment_id for run in runs if run.deployment_id} - set(snapshot.deployments))
    try:
        rows = await _by_id(api, "deployments", ids, snapshot.server.settings.page_size)
        flows = await _by_id(api, "flows", {row["flow_id"] for row in rows}, snapshot.server.settings.page_size)
    except CallFailed as failure:
        return replace(snapshot, missing=(*snapshot.missing, Missing("deployments", failure.reason)))
    names: dict[str, str] = {row["id"]: row["name"] for row in flows}
    found: dict[str, Deployment] = {row["id"]: answers.deployment(row, names) for row in rows}
    return replace(snapshot, deployments={**snapshot.deployments, **found})


async def _by_id(api: Api, what: str, ids: Collection[str], page_size: int) -> list[Row]:
    ordered, rows = sorted(ids), list[Row]()
    for start in range(0, len(ordered), page_size):
        chosen = {what: {"id": {"any_": ordered[start : start + page_size]}}}
        rows += await every_row(api, f"{what}/filter", chosen, page_size)
    return rows
