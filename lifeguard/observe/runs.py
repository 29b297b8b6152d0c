"""The runs that decide: those that should start, those that hold slots, and those that ended before they started.

None of the endpoints used here counts as a poll of a queue (causes.md, rule 0.1).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Run, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.begun_runs import BEGUN, read_begun
from lifeguard.observe.known_deployments import with_named_deployments
from lifeguard.observe.known_runs import Runs, Stretches, read_runs
from lifeguard.observe.outside_pools import runs_outside_pools
from lifeguard.observe.paging import every_run_as
from lifeguard.observe.run_lists import Reading, RunList, placed, placed_by
from lifeguard.observe.stretches import BEGINNING
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, LAST_STARTS, WAITING_RUNS, Missing, Snapshot

ACTIVE = frozenset({"PENDING", "RUNNING"})
ENDED_BEFORE_START = {"type": {"any_": ["CRASHED", "CANCELLED"]}}

Reach = Sequence[str] | None
"""Whose runs are read: those of the pools with these names, of all pools and of none where no name is given, and with
`OUTSIDE_POOLS` only those that are in no pool."""
OUTSIDE_POOLS: Reach = None
Read = Callable[[Reading], Awaitable[tuple[Runs, Mapping[str, Stretches]]]]
"""Reads runs, and says what to remember of each list of them."""


async def find_overdue_runs(api: Api, snapshot: Snapshot, policy: Policy, only: Reach = ()) -> Snapshot:
    """Add every run that is due, waits for a slot, or is due within the look-ahead, and the deployments they belong to.

    Runs are found by their times: the name Late comes late, and never for runs that wait for a slot. The server moves
    a run's next start ahead by `slot_wait_seconds` each time it is refused a slot, so that window is always included.
    """
    horizon = snapshot.taken_at + seconds(
        max(policy.look_ahead_seconds, *_look_aheads(policy), snapshot.server.settings.slot_wait_seconds + 60)
    )
    reading = Reading(api, snapshot, policy, waiting_until(horizon))
    snapshot, runs = await _with_memory(reading, _read_waiting, WAITING_RUNS, only)
    known = _of_known_pools(snapshot, runs)
    waiting = tuple(run for run in known if not run.retries_in_process)
    retrying = tuple(run for run in known if run.retries_in_process)
    return await with_deployments(api, replace(snapshot, waiting=waiting, retrying=retrying), known)


def waiting_until(horizon: datetime) -> RunList:
    """The list of runs that are to start by then.

    Whatever makes a run wait gives it a time that is now or lies ahead: a schedule, a retry, a resumption, a slot that it was
    refused (`SetNextScheduledStartTime` takes it from the state). So only what somebody makes for a time minutes ago comes
    into the past. Where that happens and another of the past leaves it, both since the last look, the count is the same: the
    one that left is shown as waiting, and the new one is not shown, until its stretch has its turn
    (`Policy.reread_after_seconds`). MarkLateRuns changes the name Scheduled and leaves the time: those are counted by name.
    Other names are of runs that are moved to another time under the same name, and not remembered. Scheduled is so only where
    somebody moves a run by hand: it is seen when the run leaves the minutes ahead, or comes to them. The same in 3.8.8 and
    3.9.1.
    """
    return RunList(
        "waiting",
        ["SCHEDULED"],
        "next_scheduled_start_time",
        _next_start,
        ("Scheduled", "Late"),
        {},
        is_renamed=True,
        until=horizon,
    )


async def _read_waiting(reading: Reading) -> tuple[Runs, Mapping[str, Stretches]]:
    runs, stretches = await read_runs(reading)
    return runs, {reading.wanted.name: stretches}


def _next_start(run: Run) -> datetime:
    return run.next_start or BEGINNING


def _look_aheads(policy: Policy) -> list[float]:
    return [exception.look_ahead_seconds or 0 for exception in policy.pools.values()]


async def find_active_runs(api: Api, snapshot: Snapshot, policy: Policy, only: Reach = ()) -> Snapshot:
    """Add every run of a deployment that was claimed and has not ended. What was claimed since is no longer waiting."""
    snapshot, found = await _with_memory(Reading(api, snapshot, policy, BEGUN), read_begun, ACTIVE_RUNS, only)
    runs = _of_known_pools(snapshot, found)
    claimed = {run.id for run in runs}
    snapshot = replace(
        snapshot,
        active=tuple(run for run in runs if run.state_type in ACTIVE),
        paused=tuple(run for run in runs if run.state_type == "PAUSED"),
        cancelling=tuple(run for run in runs if run.state_type == "CANCELLING"),
        waiting=tuple(run for run in snapshot.waiting if run.id not in claimed),
        retrying=tuple(run for run in snapshot.retrying if run.id not in claimed),
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


async def _with_memory(reading: Reading, read: Read, what: str, only: Reach) -> tuple[Snapshot, tuple[Run, ...]]:
    """All runs of a list, and the picture with what is to be remembered of it. Some pools alone are read without memory."""
    snapshot, wanted = reading.snapshot, reading.wanted
    if only != () or not reading.policy.reread_after_seconds:
        runs, missing = await _runs(reading.api, snapshot, what, wanted.whole, only, wanted.by)
        return replace(snapshot, missing=snapshot.missing + missing), runs
    nothing: tuple[Runs, Mapping[str, Stretches]] = ((), {})
    (runs, stretches), missing = await attempt(read(reading), nothing, lambda why: Missing(what, why))
    memory = replace(snapshot.memory, runs={**snapshot.memory.runs, **stretches})
    return replace(snapshot, memory=memory, missing=snapshot.missing + missing), runs


async def _runs(
    api: Api, snapshot: Snapshot, what: str, asked: dict[str, Any], only: Reach, by: str
) -> tuple[tuple[Run, ...], tuple[Missing, ...]]:
    """All runs of a filter, or their name among the missing: half a list would be taken for the whole."""
    reading = _all_runs(api, snapshot, asked, only, by)
    return await attempt(reading, tuple[Run, ...](), lambda why: Missing(what, why))


async def _all_runs(api: Api, snapshot: Snapshot, asked: dict[str, Any], only: Reach, by: str) -> tuple[Run, ...]:
    made, page_size = placed_by(snapshot), snapshot.server.settings.page_size
    if only is None:
        return tuple(map(made, await runs_outside_pools(api, asked, by, page_size)))
    of_pools = {"work_pools": {"name": {"any_": list(only)}}} if only else {}
    return tuple(await every_run_as(made, api, {"flow_runs": asked, **of_pools}, by, page_size))


def _of_known_pools(snapshot: Snapshot, runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs whose pool is looked at, and those that have none; ignored pools keep their runs to themselves."""
    by_name = {pool.name: pool.id for pool in snapshot.pools}
    known = (run for run in runs if run.pool_name is None or run.pool_name in by_name)
    return tuple(placed(run, by_name) for run in known)


async def with_deployments(api: Api, snapshot: Snapshot, runs: Iterable[Run]) -> Snapshot:
    """Add the deployments of these runs, with the names of their flows."""
    reading = with_named_deployments(api, snapshot, tuple(runs))
    seen, missing = await attempt(reading, snapshot, lambda why: Missing("deployments", why))
    return replace(seen, missing=seen.missing + missing)
