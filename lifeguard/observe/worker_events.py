"""When workers began and ended, of which type and version they are: their own events, newest first, one call or two."""

from dataclasses import replace

from lifeguard.facts import as_utc
from lifeguard.happenings import POOL, WORKER, WorkerEvent
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.events import EventRow, newest_events
from lifeguard.observe.heartbeats import EVENTS_KEPT
from lifeguard.snapshot import WORKER_EVENTS, Missing, Snapshot

STARTED, STOPPED = f"{WORKER}started", f"{WORKER}stopped"
PAGES_READ = 2
"""Of 50 events each. Where workers come and go all the time, older ones are not known, and nothing is said of them."""


async def find_worker_events(api: Api, snapshot: Snapshot) -> Snapshot:
    """Add what the server keeps of them; nothing is asked where no pool needs workers."""
    if not any(pool.needs_workers for pool in snapshot.pools):
        return snapshot
    reading = _newest(api, snapshot)
    events, missing = await attempt(reading, (), lambda why: Missing(WORKER_EVENTS, why, essential=False))
    return replace(snapshot, worker_events=events, missing=snapshot.missing + missing)


async def _newest(api: Api, snapshot: Snapshot) -> tuple[WorkerEvent, ...]:
    since = (snapshot.taken_at - EVENTS_KEPT).isoformat()
    wanted = {"event": {"name": [STARTED, STOPPED]}, "occurred": {"since": since}}
    rows, _ = await newest_events(api, wanted, PAGES_READ)
    found = [event for row in rows if (event := _event(row))]
    return tuple(sorted(found, key=lambda event: event.at))


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
