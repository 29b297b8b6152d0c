"""Whether the server keeps events: each change of a run's state makes one, so one call tells, and needs no canary."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lifeguard.facts import SERVER_SETTINGS, Missing, Run, Snapshot, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.events import stored_since
from lifeguard.policy import Policy
from lifeguard.services import STORED_EVENTS, StoredEvents

LONGEST_AGO_SECONDS = 3600.0
"""The server counts the events since then, so that an hour of them is the price at most."""

CLOCK_SLACK = seconds(1)


async def count_stored_events(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add how many events there are since the newest change that is old enough to be stored; without one, none is asked.

    A healthy server stores within 5 s; what is younger than twice `service_stalled_after_seconds` proves nothing.
    """
    is_stored = snapshot.sees(SERVER_SETTINGS) and snapshot.server.settings.services.event_persister_enabled
    change = _settled_change(snapshot, 2 * policy.service_stalled_after_seconds)
    if change is None or not is_stored:
        return snapshot
    at, run = change
    reading = stored_since(api, at - CLOCK_SLACK)
    number, missing = await attempt(reading, None, lambda why: Missing(STORED_EVENTS, why, essential=False))
    events = None if number is None else StoredEvents(at, f"run '{run.name}' became {run.state_name}", number)
    return replace(snapshot, services=replace(snapshot.services, events=events), missing=snapshot.missing + missing)


def _settled_change(snapshot: Snapshot, settled_after_seconds: float) -> tuple[datetime, Run] | None:
    oldest = snapshot.taken_at - seconds(LONGEST_AGO_SECONDS)
    newest = snapshot.taken_at - seconds(settled_after_seconds)
    changes = [(run.state_since, run) for run in _changed(snapshot) if run.state_since]
    settled = [(at, run) for at, run in changes if oldest <= at <= newest]
    return max(settled, key=lambda each: (each[0], each[1].id), default=None)


def _changed(snapshot: Snapshot) -> Iterator[Run]:
    """The runs whose state somebody set; the scheduler makes runs without an event."""
    yield from (run for run in snapshot.waiting if run.state_name != "Scheduled")
    yield from (*snapshot.active, *snapshot.cancelling, *snapshot.ended)
