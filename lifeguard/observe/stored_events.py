"""Whether the server keeps events: each change of a run's state makes one, so one call tells, and needs no canary.

Where no run that was read changed its state lately, the one that ended last is asked for: one call more.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Run, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.events import stored_since
from lifeguard.observe.paging import Row
from lifeguard.policy import Policy
from lifeguard.services import STORED_EVENTS, StoredEvents
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot
from lifeguard.spans import Span

LONGEST_AGO_SECONDS = 3600.0
"""The server counts the events since then, so that an hour of them is the price at most."""

CLOCK_SLACK = seconds(1)


async def count_stored_events(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add how many events there are since the newest change that is old enough to be stored; without one, none is asked.

    A healthy server stores within 5 s; what is younger than twice `service_stalled_after_seconds` proves nothing.
    """
    if not (snapshot.sees(SERVER_SETTINGS) and snapshot.server.settings.services.event_persister_enabled):
        return snapshot
    newest = snapshot.taken_at - seconds(2 * policy.service_stalled_after_seconds)
    window = Span(min(newest, snapshot.taken_at - seconds(LONGEST_AGO_SECONDS)), newest)
    reading = _stored(api, snapshot, window)
    events, missing = await attempt(reading, None, lambda why: Missing(STORED_EVENTS, why, essential=False))
    return replace(snapshot, services=replace(snapshot.services, events=events), missing=snapshot.missing + missing)


async def _stored(api: Api, snapshot: Snapshot, window: Span) -> StoredEvents | None:
    changed = _last_changed(snapshot, window) or await _last_ended(api, window)
    if changed is None:
        return None
    at, run = changed
    number = await stored_since(api, at - CLOCK_SLACK)
    return StoredEvents(at, f"run '{run.name}' became {run.state_name}", number)


def _last_changed(snapshot: Snapshot, window: Span) -> tuple[datetime, Run] | None:
    changes = [(run.state_since, run) for run in _changed(snapshot) if run.state_since]
    settled = [(at, run) for at, run in changes if window.start <= at <= window.end]
    return max(settled, key=lambda each: (each[0], each[1].id), default=None)


def _changed(snapshot: Snapshot) -> Iterator[Run]:
    """The runs whose state somebody set; the scheduler makes runs without an event."""
    yield from (run for run in snapshot.waiting if run.state_name != "Scheduled")
    yield from (*snapshot.active, *snapshot.cancelling, *snapshot.ended)


async def _last_ended(api: Api, window: Span) -> tuple[datetime, Run] | None:
    """The run of anybody that ended last in this time, with when."""
    ended: dict[str, Any] = {"end_time": {"after_": window.start.isoformat(), "before_": window.end.isoformat()}}
    rows: list[Row] = await api.post("flow_runs/filter", {"flow_runs": ended, "sort": "END_TIME_DESC", "limit": 1})
    run = answers.run(rows[0]) if rows else None
    return (run.state_since, run) if run and run.state_since else None
