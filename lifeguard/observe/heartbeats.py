"""Heartbeats of runs: the process of a run sends an event every 180 s (`PREFECT_FLOWS_HEARTBEAT_FREQUENCY`, since 3.6.22).

Only runs that may have lost their process are asked about, one call for 200 of them; those that were heard lately are
cleared by that, and only what is silent is asked for its past.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import OWN_TAG, Heartbeats, Run, seconds
from lifeguard.happenings import EVENTS_KEPT
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import Row
from lifeguard.policy import Policy
from lifeguard.snapshot import HEARTBEATS, Missing, Snapshot

HEARTBEAT = "prefect.flow-run.heartbeat"
OF_RUN = "prefect.flow-run."


async def find_heartbeats(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add what was heard of every run that has been in its state for longer than heartbeats may be silent."""
    suspects = [run.id for run in _with_process(snapshot) if _is_long(run, snapshot, policy)]
    reading = _heard(api, snapshot, suspects, policy)
    nothing = dict[str, Heartbeats]()
    heard, missing = await attempt(reading, nothing, lambda why: Missing(HEARTBEATS, why, essential=False))
    return replace(snapshot, heartbeats=heard, missing=snapshot.missing + missing)


def _with_process(snapshot: Snapshot) -> list[Run]:
    """The runs that a process should be behind; a suspended run has none."""
    running = [run for run in snapshot.active if run.is_running]
    paused = [run for run in snapshot.paused if not run.is_suspended]
    due = [run for run in snapshot.retrying if run.next_start and run.next_start < snapshot.taken_at]
    return [run for run in (*running, *paused, *due) if OWN_TAG not in run.tags]


def _is_long(run: Run, snapshot: Snapshot, policy: Policy) -> bool:
    """A retry is asked about as soon as it is due: nothing else tells whether its process is there."""
    patience = seconds(0 if run.retries_in_process else policy.heartbeat_silent_after_seconds)
    return run.state_since is not None and snapshot.taken_at - run.state_since > patience


async def _heard(api: Api, snapshot: Snapshot, ids: Sequence[str], policy: Policy) -> Mapping[str, Heartbeats]:
    lately = snapshot.taken_at - seconds(policy.heartbeat_silent_after_seconds)
    page_size, until = snapshot.server.settings.page_size, snapshot.taken_at + seconds(60)
    recent = await _counted(api, ids, lately, until, page_size)
    silent = [id for id in ids if id not in recent]
    return {**recent, **await _counted(api, silent, snapshot.taken_at - EVENTS_KEPT, until, page_size)}


async def last_heard(api: Api, run_id: str, now: datetime) -> datetime | None:
    """When the process of a run was last heard, None where never in the last 7 days; raises `CallFailed`."""
    heard = await _counted(api, [run_id], now - EVENTS_KEPT, now + seconds(60), 1)
    return heard[run_id].last if run_id in heard else None


async def _counted(
    api: Api, ids: Collection[str], since: datetime, until: datetime, page_size: int
) -> dict[str, Heartbeats]:
    ordered, found = sorted(ids), dict[str, Heartbeats]()
    for start in range(0, len(ordered), page_size):
        wanted: dict[str, Any] = {
            "event": {"name": [HEARTBEAT]},
            "resource": {"id": [OF_RUN + id for id in ordered[start : start + page_size]]},
            "occurred": {"since": since.isoformat(), "until": until.isoformat()},
        }
        rows: list[Row] = await api.post("events/count-by/resource", {"filter": wanted})
        found |= {row["value"].removeprefix(OF_RUN): answers.heartbeats(row) for row in rows}
    return found
