"""The runs that decide: those that should start, those that hold slots, and those that ended before they started.

None of the endpoints used here counts as a poll of a queue (causes.md, rule 0.1).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from lifeguard.facts import Deployment, Run, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.outside_pools import runs_outside_pools
from lifeguard.observe.paging import Row, every_run, rows_by_id
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, LAST_STARTS, WAITING_RUNS, Missing, Snapshot

ACTIVE = frozenset({"PENDING", "RUNNING"})
BEGUN_AND_NOT_ENDED = ("PENDING", "RUNNING", "PAUSED", "CANCELLING")
ENDED_BEFORE_START = {"type": {"any_": ["CRASHED", "CANCELLED"]}}

Reach = Sequence[str] | None
"""Whose runs are read: those of the pools with these names, of all pools and of none where no name is given, and with
`OUTSIDE_POOLS` only those that are in no pool."""
OUTSIDE_POOLS: Reach = None


async def find_overdue_runs(api: Api, snapshot: Snapshot, policy: Policy, only: Reach = ()) -> Snapshot:
    """Add every run that is due, waits for a slot, or is due within the look-ahead, and the deployments they belong to.

    Runs are found by their times: the name Late comes late, and never for runs that wait for a slot. The server moves
    a run's next start ahead by `slot_wait_seconds` each time it is refused a slot, so that window is always included.
    """
    horizon = snapshot.taken_at + seconds(
        max(policy.look_ahead_seconds, *_look_aheads(policy), snapshot.server.settings.slot_wait_seconds + 60)
    )
    due = {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {"before_": horizon.isoformat()}}
    runs, missing = await _runs(api, snapshot, WAITING_RUNS, due, only, "next_scheduled_start_time")
    known = _of_known_pools(snapshot, runs)
    waiting = tuple(run for run in known if not run.retries_in_process)
    retrying = tuple(run for run in known if run.retries_in_process)
    snapshot = replace(snapshot, waiting=waiting, retrying=retrying, missing=snapshot.missing + missing)
    return await with_deployments(api, snapshot, known)


def _look_aheads(policy: Policy) -> list[float]:
    return [exception.look_ahead_seconds or 0 for exception in policy.pools.values()]


async def find_active_runs(api: Api, snapshot: Snapshot, only: Reach = ()) -> Snapshot:
    """Add every run of a deployment that was claimed and has not ended. What was claimed since is no longer waiting."""
    asked = {"state": {"type": {"any_": list(BEGUN_AND_NOT_ENDED)}}, "deployment_id": {"is_null_": False}}
    found, missing = await _runs(api, snapshot, ACTIVE_RUNS, asked, only, "expected_start_time")
    runs = _of_known_pools(snapshot, found)
    claimed = {run.id for run in runs}
    snapshot = replace(
        snapshot,
        active=tuple(run for run in runs if run.state_type in ACTIVE),
        paused=tuple(run for run in runs if run.state_type == "PAUSED"),
        cancelling=tuple(run for run in runs if run.state_type == "CANCELLING"),
        waiting=tuple(run for run in snapshot.waiting if run.id not in claimed),
        retrying=tuple(run for run in snapshot.retrying if run.id not in claimed),
        missing=snapshot.missing + missing,
    )
    return await with_deployments(api, snapshot, (*filter(_is_pending, snapshot.active), *snapshot.paused))


def _is_pending(run: Run) -> bool:
    return run.is_pending


async def find_failed_starts(api: Api, snapshot: Snapshot, policy: Policy, only: Reach = ()) -> Snapshot:
    """Add the runs that crashed or were cancelled before they started, when their deployments last started one, and the
    runs that crashed after they had started.

    `start_time` does not tell them: the server sets it to the end time of a run that never began (`SetEndTime`).
    """
    since = (snapshot.taken_at - seconds(policy.failed_lookback_seconds)).isoformat()
    ended = {"state": ENDED_BEFORE_START, "end_time": {"after_": since}}
    found, missing = await _runs(
        api, snapshot, "runs that ended before they started", ended, only, "expected_start_time"
    )
    known = [run for run in _of_known_pools(snapshot, found) if run.deployment_id]
    runs = tuple(run for run in known if run.run_count == 0)
    interrupted = tuple(run for run in known if run.run_count > 0 and run.state_type == "CRASHED")
    snapshot = replace(snapshot, ended=runs, interrupted=interrupted, missing=snapshot.missing + missing)
    return await _with_last_starts(api, await with_deployments(api, snapshot, runs), since)


async def _with_last_starts(api: Api, snapshot: Snapshot, since: str) -> Snapshot:
    deployments = sorted({run.deployment_id for run in snapshot.ended if run.deployment_id})
    if not deployments:
        return snapshot
    started = {"deployment_id": {"any_": deployments}, "start_time": {"after_": since}}
    runs, missing = await _runs(api, snapshot, LAST_STARTS, started, (), "expected_start_time")
    last = dict(snapshot.last_starts)
    for run in runs:
        if run.started and run.deployment_id and run.run_count > 0:
            last[run.deployment_id] = max(run.started, last.get(run.deployment_id, run.started))
    return replace(snapshot, last_starts=last, missing=snapshot.missing + missing)


async def _runs(
    api: Api, snapshot: Snapshot, what: str, asked: dict[str, Any], only: Reach, by: str
) -> tuple[tuple[Run, ...], tuple[Missing, ...]]:
    """All runs of a filter, or their name among the missing: half a list would be taken for the whole."""
    reading = _all_runs(api, asked, only, by, snapshot.server.settings.page_size)
    return await attempt(reading, (), lambda why: Missing(what, why))


async def _all_runs(api: Api, asked: dict[str, Any], only: Reach, by: str, page_size: int) -> tuple[Run, ...]:
    return tuple(answers.run(row) for row in await _rows(api, asked, only, by, page_size))


async def _rows(api: Api, asked: dict[str, Any], only: Reach, by: str, page_size: int) -> list[Row]:
    if only is None:
        return await runs_outside_pools(api, asked, by, page_size)
    of_pools = {"work_pools": {"name": {"any_": list(only)}}} if only else {}
    return await every_run(api, {"flow_runs": asked, **of_pools}, by, page_size)


def _of_known_pools(snapshot: Snapshot, runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs whose pool is looked at, and those that have none; ignored pools keep their runs to themselves."""
    by_name = {pool.name: pool.id for pool in snapshot.pools}
    return tuple(
        replace(run, pool_id=by_name[run.pool_name] if run.pool_name else None)
        for run in runs
        if run.pool_name is None or run.pool_name in by_name
    )


async def with_deployments(api: Api, snapshot: Snapshot, runs: Iterable[Run]) -> Snapshot:
    """Add the deployments of these runs, with the names of their flows."""
    ids = {run.deployment_id for run in runs if run.deployment_id} - set(snapshot.deployments)
    reading = _named_deployments(api, ids, snapshot.server.settings.page_size)
    nothing = dict[str, Deployment]()
    found, missing = await attempt(reading, nothing, lambda why: Missing("deployments", why))
    return replace(snapshot, deployments={**snapshot.deployments, **found}, missing=snapshot.missing + missing)


async def _named_deployments(api: Api, ids: Collection[str], page_size: int) -> dict[str, Deployment]:
    rows = await rows_by_id(api, "deployments", ids, page_size)
    flows = await rows_by_id(api, "flows", {row["flow_id"] for row in rows}, page_size)
    names: dict[str, str] = {row["id"]: row["name"] for row in flows}
    return {row["id"]: answers.deployment(row, names) for row in rows}
