"""Everything that stands between one run and its start, asked for that run alone: the price does not grow with the estate."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lifeguard.case import LINE, LOGS, RATE_SECONDS, STATES, Case, Line, LogLine, StateSeen
from lifeguard.facts import Limit, Queue, Run, as_utc, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.cluster.look_into import look_into_clusters
from lifeguard.observe.heartbeats import find_heartbeats
from lifeguard.observe.leaks import find_slot_leaks
from lifeguard.observe.paging import Row, every_row
from lifeguard.observe.pod_words import find_pod_words
from lifeguard.observe.pools import inspect_one_pool
from lifeguard.observe.runs import with_deployments
from lifeguard.observe.slots import find_slot_holders
from lifeguard.observe.state_types import WAITING
from lifeguard.observe.suspects import question_suspects
from lifeguard.observe.tag_slots import TAG_PREFIX
from lifeguard.observe.workers import count_workers
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, Missing, Snapshot

WARNING_LEVEL = 30
LOGS_READ = 200
TELLING_LOGGERS = ("prefect.flow_runs.worker", "prefect.flow_runs.observer", "prefect.flow_runs.runner")
"""Who says something of a run before its own code does."""


async def look_into(api: Api, snapshot: Snapshot, policy: Policy, run: Run) -> Case:
    """Read what decides about a run; what cannot be read is named in the snapshot's `missing`. Raises nothing."""
    snapshot = await inspect_one_pool(api, snapshot, run.pool_name) if run.pool_name else snapshot
    run = replace(run, pool_id=next((pool.id for pool in snapshot.pools), None))
    snapshot = await count_workers(api, await with_deployments(api, snapshot, [run]))
    snapshot = await _with_runs(api, snapshot, run)
    snapshot = await find_slot_holders(api, await _with_limits(api, snapshot, run), policy, of_all=True)
    snapshot = await find_heartbeats(api, await find_slot_leaks(api, snapshot), policy)
    snapshot = await find_pod_words(api, await question_suspects(api, snapshot, policy), policy)
    snapshot = await look_into_clusters(api, snapshot, only=run)
    return await _with_life(api, Case(run, snapshot))


async def _with_runs(api: Api, snapshot: Snapshot, run: Run) -> Snapshot:
    """The run itself, and those beside it that are active: of its pool and of its deployment, one page each."""
    snapshot = _with_itself(snapshot, run)
    beside: dict[str, Run] = {run.id: run} if run.is_pending or run.is_running else {}
    for filters in _neighbours(run):
        reading = _active(api, filters, snapshot.server.settings.page_size)
        found, missing = await attempt(reading, tuple[Run, ...](), lambda why: Missing(ACTIVE_RUNS, why))
        beside |= {each.id: replace(each, pool_id=_pool_id(snapshot, each)) for each in found}
        snapshot = replace(snapshot, missing=snapshot.missing + missing)
    return replace(snapshot, active=tuple(beside.values()))


def _with_itself(snapshot: Snapshot, run: Run) -> Snapshot:
    if run.retries_in_process:
        return replace(snapshot, retrying=(run,))
    if run.is_scheduled:
        return replace(snapshot, waiting=(run,))
    if run.state_type == "CRASHED":
        return replace(snapshot, interrupted=(run,)) if run.run_count else replace(snapshot, ended=(run,))
    return replace(snapshot, paused=(run,)) if run.state_type == "PAUSED" else snapshot


def _neighbours(run: Run) -> list[dict[str, Any]]:
    of_pool = [{"work_pools": {"name": {"any_": [run.pool_name]}}}] if run.pool_name else []
    of_deployment = [{"deployments": {"id": {"any_": [run.deployment_id]}}}] if run.deployment_id else []
    return of_pool + of_deployment


def _pool_id(snapshot: Snapshot, run: Run) -> str | None:
    return next((pool.id for pool in snapshot.pools if pool.name == run.pool_name), None)


async def _active(api: Api, filters: dict[str, Any], page_size: int) -> tuple[Run, ...]:
    states = {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}
    rows: list[Row] = await api.post(
        "flow_runs/filter", {**filters, "flow_runs": states, "sort": "EXPECTED_START_TIME_ASC", "limit": page_size}
    )
    return tuple(answers.run(row) for row in rows)


async def _with_limits(api: Api, snapshot: Snapshot, run: Run) -> Snapshot:
    """That of its deployment, which came with it; those of tags only where they can matter, once it runs."""
    own = tuple(each.limit for each in snapshot.deployments.values() if each.limit)
    if not run.is_running:
        return replace(snapshot, limits=own)
    reading = _tag_limits(api, snapshot.server.settings.page_size)
    tags, missing = await attempt(
        reading, tuple[Limit, ...](), lambda why: Missing("concurrency limits", why, essential=False)
    )
    return replace(snapshot, limits=own + tags, missing=snapshot.missing + missing)


async def _tag_limits(api: Api, page_size: int) -> tuple[Limit, ...]:
    rows = await every_row(api, "v2/concurrency_limits/filter", {}, page_size)
    return tuple(answers.limit(row) for row in rows if row["name"].startswith(TAG_PREFIX))


async def _with_life(api: Api, case: Case) -> Case:
    states, no_states = await attempt(
        _states(api, case.run), tuple[StateSeen, ...](), lambda why: Missing(STATES, why, essential=False)
    )
    logs, no_logs = await attempt(
        _logs(api, case.run), tuple[LogLine, ...](), lambda why: Missing(LOGS, why, essential=False)
    )
    line, no_line = await attempt(_line(api, case), Line(), lambda why: Missing(LINE, why, essential=False))
    missing = case.snapshot.missing + no_states + no_logs + no_line
    return replace(case, snapshot=replace(case.snapshot, missing=missing), states=states, logs=logs, line=line)


async def _states(api: Api, run: Run) -> tuple[StateSeen, ...]:
    rows: list[Row] = await api.get(f"flow_run_states/?flow_run_id={run.id}")
    seen = [StateSeen(as_utc(row["timestamp"]), row["type"], row["name"], row.get("message")) for row in rows]
    return tuple(sorted(seen, key=lambda each: each.at.timestamp() if each.at else 0.0))


async def _logs(api: Api, run: Run) -> tuple[LogLine, ...]:
    """The newest lines that matter: warnings and worse, and what those say who start it."""
    body = {"logs": {"flow_run_id": {"any_": [run.id]}}, "sort": "TIMESTAMP_DESC", "limit": LOGS_READ}
    rows: list[Row] = await api.post("logs/filter", body)
    told = [row for row in rows if row["level"] >= WARNING_LEVEL or row["name"] in TELLING_LOGGERS]
    return tuple(LogLine(as_utc(r["timestamp"]), r["level"], r["name"], r["message"]) for r in reversed(told))


async def _line(api: Api, case: Case) -> Line:
    """Who is handed out before it: first by the queue's priority, then by time (`get_runs_from_worker_queues`, 3.9.1)."""
    run, queues = case.run, case.snapshot.queues
    own = next((queue for queue in queues if queue.id == run.queue_id), None)
    if not run.is_scheduled or own is None or run.next_start is None:
        return Line()
    until = min(run.next_start, case.snapshot.taken_at) if run.next_start else case.snapshot.taken_at
    first = [queue for queue in queues if _comes_before(queue, own) and not queue.is_paused]
    lately = (case.snapshot.taken_at - seconds(RATE_SECONDS)).isoformat()
    return Line(
        in_queue=await _count_due(api, [own], {"before_": until.isoformat()}, besides=run.id),
        in_queues_before=await _count_due(api, first, {"before_": case.snapshot.taken_at.isoformat()}),
        began_lately=await _count(
            api, {"flow_runs": {"start_time": {"after_": lately}}, "work_pools": {"name": {"any_": [run.pool_name]}}}
        ),
    )


def _comes_before(queue: Queue, own: Queue) -> bool:
    return queue.priority is not None and own.priority is not None and queue.priority < own.priority


async def _count_due(api: Api, queues: Sequence[Queue], when: dict[str, str], besides: str | None = None) -> int:
    if not queues:
        return 0
    due: dict[str, Any] = {"state": WAITING, "next_scheduled_start_time": when}
    others = {"id": {"not_any_": [besides]}} if besides else {}
    of_queues = {"work_pool_queues": {"id": {"any_": [queue.id for queue in queues]}}}
    return await _count(api, {"flow_runs": {**due, **others}, **of_queues})


async def _count(api: Api, body: dict[str, Any]) -> int:
    counted: int = await api.post("flow_runs/count", body)
    return counted
