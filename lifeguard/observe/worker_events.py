"""When workers began and ended, of which type and version they are: their own events, newest first, one call or two."""

from dataclasses import replace
from datetime import datetime

from lifeguard.facts import as_utc
from lifeguard.happenings import EVENTS_KEPT, POOL, WORKER, WorkerEvent
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.events import EventRow, newest_events
from lifeguard.snapshot import WORKER_EVENTS, Missing, Snapshot

STARTED, STOPPED = f"{WORKER}started", f"{WORKER}stopped"
PAGES_READ = 2
"""Of 50 events each. Where workers come and go all the time, older ones are not known, and nothing is said of them."""

Known = tuple[tuple[WorkerEvent, ...], datetime | None]
"""The events, and since when they are all there."""


async def find_worker_events(api: Api, snapshot: Snapshot) -> Snapshot:
    """Add what the server keeps of them; nothing is asked where no pool needs workers."""
    if not any(pool.needs_workers for pool in snapshot.pools):
        return snapshot
    reading = _newest(api, snapshot)
    nothing: Known = ((), None)
    (events, since), missing = await attempt(reading, nothing, lambda why: Missing(WORKER_EVENTS, why, essential=False))
    return replace(snapshot, worker_events=events, worker_events_since=since, missing=snapshot.missing + missing)


async def _newest(api: Api, snapshot: Snapshot) -> Known:
    since = snapshot.taken_at - EVENTS_KEPT
    wanted = {"event": {"name": [STARTED, STOPPED]}, "occurred": {"since": since.isoformat()}}
    rows, is_cut = await newest_events(api, wanted, PAGES_READ)
    found = sorted((event for row in rows if (event := _event(row))), key=lambda event: event.at)
    return tuple(found), found[0].at if is_cut and found else since


def _event(row: EventRow) -> WorkerEvent | None:
    """One event; None for one that names no pool."""
    pools = [each["prefect.resource.id"] for each in row["related"] if each.get("prefect.resource.role") == "work-pool"]
    at, labels = as_utc(row["occurred"]), row["resource"]
    if not pools or at is None:
        return None
    return WorkerEvent(
        name=labels["prefect.resource.name"],
        pool_id=pools[0].removeprefix(POOL),
        at=at,
        is_start=row["event"] == STARTED,
        type=labels.get("prefect.worker-type"),
        version=labels.get("prefect.version"),
    )
