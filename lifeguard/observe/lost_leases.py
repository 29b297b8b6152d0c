"""Which of the runs that crashed had lost their concurrency lease: only their own log tells (PrefectHQ/prefect#18893)."""

from collections.abc import Sequence
from dataclasses import replace

from lifeguard.facts import Run
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import every_row
from lifeguard.snapshot import LOST_LEASES, Missing, Snapshot

CANCELLED_FROM_WITHIN = "Execution was cancelled by the runtime environment."
"""What the engine says of a run that a failed renewal ends, and of others (`prefect.states`, 3.9.1)."""

RENEWAL_FAILED = "Concurrency lease renewal failed"
ERROR_LEVEL = 40


async def find_lost_leases(api: Api, snapshot: Snapshot) -> Snapshot:
    """Add the ids of those; it costs nothing where no run crashed in that way."""
    suspects = [run for run in snapshot.interrupted if run.state_message == CANCELLED_FROM_WITHIN]
    reading = _that_say_so(api, suspects, snapshot.server.settings.page_size)
    nothing = frozenset[str]()
    found, missing = await attempt(reading, nothing, lambda why: Missing(LOST_LEASES, why, essential=False))
    return replace(snapshot, lost_leases=found, missing=snapshot.missing + missing)


async def _that_say_so(api: Api, suspects: Sequence[Run], page_size: int) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(suspects), page_size):
        some = [run.id for run in suspects[start : start + page_size]]
        asked = {"flow_run_id": {"any_": some}, "level": {"ge_": ERROR_LEVEL}}
        rows = await every_row(api, "logs/filter", {"logs": asked}, page_size)
        found |= {row["flow_run_id"] for row in rows if RENEWAL_FAILED in row["message"]}
    return frozenset(found)
