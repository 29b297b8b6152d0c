"""A second look at what seems wrong: does a stuck run still log, does a silent queue still hand out runs?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from lifeguard.facts import INFRASTRUCTURE_PENDING, Queue, Run, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.counts import began_at, count_runs, count_together
from lifeguard.observe.harm import by_harm
from lifeguard.observe.paging import Row, every_row
from lifeguard.policy import Policy
from lifeguard.signatures.known import RUN
from lifeguard.signatures.scan import signs_in
from lifeguard.snapshot import Missing, Snapshot

READY_LAG_SECONDS = 60
LOGS_OF_RUNS = "logs of pending runs"
BEGAN = ["RUNNING", "COMPLETED", "FAILED", "PAUSED"]
"""States of runs that began for certain: one that is cancelled while it waits gets a `start_time` too."""


async def question_suspects(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Ask for what would clear a suspect; both questions cost nothing where there is none."""
    return await _with_queue_starts(api, await _with_progress(api, snapshot, policy), policy)


async def _with_progress(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Mark the long pending runs that wrote a log line lately: a slow image pull is not an orphan."""
    suspects = [run for run in snapshot.active if _is_long_pending(run, snapshot, policy)]
    page_size = snapshot.server.settings.page_size
    since = (snapshot.taken_at - seconds(policy.pending_stuck_after_seconds)).isoformat()
    ids = [[run.id for run in suspects[start : start + page_size]] for start in range(0, len(suspects), page_size)]
    reading = _log_lines(api, ids, since, page_size)
    rows, missing = await attempt(reading, list[Row](), lambda why: Missing("logs of pending runs", why))
    return replace(
        snapshot,
        progressing=frozenset(row["flow_run_id"] for row in rows),
        signs=snapshot.signs + signs_in(map(_as_line, rows), LOGS_OF_RUNS, where=RUN),
        missing=snapshot.missing + missing,
    )


async def _log_lines(api: Api, ids: Sequence[Sequence[str]], since: str, page_size: int) -> list[Row]:
    found: list[Row] = []
    for some in ids:
        asked = {"logs": {"flow_run_id": {"any_": some}, "timestamp": {"after_": since}}}
        found += await every_row(api, "logs/filter", asked, page_size)
    return found


def _as_line(row: Row) -> str:
    return f"{row['timestamp']} {row['message']}"


def _is_long_pending(run: Run, snapshot: Snapshot, policy: Policy) -> bool:
    if not run.is_pending or run.state_since is None:
        return False
    own = policy.for_pool(run.pool_name)
    is_infrastructure = run.state_name == INFRASTRUCTURE_PENDING
    patience = own.infrastructure_stuck_after_seconds if is_infrastructure else own.pending_stuck_after_seconds
    return run.state_since < snapshot.taken_at - seconds(patience)


async def _with_queue_starts(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Count the runs that each silent queue with due runs handed out since its last poll (PrefectHQ/prefect#20729)."""
    with_work = {run.queue_id for run in snapshot.waiting}
    silent = [queue for queue in snapshot.queues if queue.id in with_work and _is_silent(queue, snapshot, policy)]
    silent.sort(key=lambda queue: (_quiet_since(queue, snapshot), queue.id))
    page_size = snapshot.server.settings.page_size
    counted = await count_together(
        api, silent, partial(_began, snapshot), lambda row, queue: _is_start_of(snapshot, row, queue), page_size
    )
    starts = {queue.id: number for queue, number in counted}
    snapshot = replace(snapshot, queue_starts={**snapshot.queue_starts, **starts})
    names = {pool.id: pool.name for pool in by_harm(snapshot.pools, snapshot)}
    places = {id: place for place, id in enumerate(names)}
    for queue in sorted(silent, key=lambda queue: places[queue.pool_id]):
        if queue.id not in snapshot.queue_starts:
            snapshot = await _with_starts_of(api, snapshot, queue, names[queue.pool_id])
    return snapshot


def _is_silent(queue: Queue, snapshot: Snapshot, policy: Policy) -> bool:
    if queue.last_polled is None or queue.is_paused:
        return False
    return queue.last_polled < snapshot.taken_at - seconds(policy.queue_silent_after_seconds)


def _quiet_since(queue: Queue, snapshot: Snapshot) -> datetime:
    return (queue.last_polled or snapshot.taken_at) + seconds(READY_LAG_SECONDS)


def _began(snapshot: Snapshot, queues: Sequence[Queue]) -> dict[str, Any]:
    """The runs of these queues that began since the first of them went quiet."""
    since = min(_quiet_since(queue, snapshot) for queue in queues)
    return {
        "flow_runs": {"start_time": {"after_": since.isoformat()}, "state": {"type": {"any_": BEGAN}}},
        "work_pool_queues": {"id": {"any_": [queue.id for queue in queues]}},
    }


def _is_start_of(snapshot: Snapshot, row: Row, queue: Queue) -> bool:
    return row["work_queue_id"] == queue.id and datetime.fromisoformat(began_at(row)) >= _quiet_since(queue, snapshot)


async def _with_starts_of(api: Api, snapshot: Snapshot, queue: Queue, pool_name: str) -> Snapshot:
    what = f"starts of the work queue '{queue.name}'"
    reading = count_runs(api, _began(snapshot, [queue]))
    count, missing = await attempt(reading, 0, lambda why: Missing(what, why, queue.pool_id, pool_name))
    counts = {**snapshot.queue_starts, queue.id: count}
    return replace(snapshot, queue_starts=counts, missing=snapshot.missing + missing)
