"""A look in parts: which of its questions are about pools, which only about all of them at once, and which come last.

Together they are the stages of `lifeguard.observe.look`; nothing that one part asks is asked by another, or by the patrol.
"""

from collections.abc import Sequence

from lifeguard.observe.backlogs import find_backlog_starts
from lifeguard.observe.heartbeats import find_heartbeats
from lifeguard.observe.leaks import find_slot_leaks
from lifeguard.observe.look import Look, Stage, look_behind_pods
from lifeguard.observe.lost_leases import find_lost_leases
from lifeguard.observe.made_runs import find_unmade_runs
from lifeguard.observe.observers import find_observers
from lifeguard.observe.pod_words import find_pod_words
from lifeguard.observe.runs import OUTSIDE_POOLS, Reach, find_active_runs, find_failed_starts, find_overdue_runs
from lifeguard.observe.slots import find_holders_of_pools, find_parents
from lifeguard.observe.stopped_schedules import find_stopped_schedules
from lifeguard.observe.stored_events import count_stored_events
from lifeguard.observe.suspects import question_suspects
from lifeguard.observe.tag_slots import find_tag_waits
from lifeguard.observe.worker_events import find_worker_events
from lifeguard.observe.workers import count_workers
from lifeguard.snapshot import Snapshot


async def count_workers_of_pools(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the workers of these pools."""
    return await count_workers(look.api, snapshot)


async def find_runs_due(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs of these pools that are due or soon will be."""
    return await find_overdue_runs(look.api, snapshot, look.policy, _names(snapshot))


async def find_runs_begun(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs of these pools that hold slots, whether they are alive, and who waits for them."""
    return await _begun(look, snapshot, _names(snapshot))


async def find_runs_ended(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs of these pools that ended before they started, and give the suspects a second look."""
    return await _ended(look, snapshot, _names(snapshot))


STAGES_OF_A_PART: Sequence[tuple[str, Stage]] = (
    ("counting workers", count_workers_of_pools),
    ("finding overdue runs", find_runs_due),
    ("finding runs that hold slots", find_runs_begun),
    ("finding runs that never started", find_runs_ended),
)


def _names(snapshot: Snapshot) -> Sequence[str]:
    return [pool.name for pool in snapshot.pools]


async def _begun(look: Look, snapshot: Snapshot, reach: Reach) -> Snapshot:
    snapshot = await find_active_runs(look.api, snapshot, look.policy, reach)
    snapshot = await find_parents(look.api, await find_holders_of_pools(look.api, snapshot))
    return await find_heartbeats(look.api, snapshot, look.policy)


async def _ended(look: Look, snapshot: Snapshot, reach: Reach) -> Snapshot:
    snapshot = await find_failed_starts(look.api, snapshot, look.policy, reach)
    snapshot = await question_suspects(look.api, await find_lost_leases(look.api, snapshot), look.policy)
    return await find_backlog_starts(look.api, snapshot, look.policy)


async def look_beside_parts(look: Look, snapshot: Snapshot) -> Snapshot:
    """While the parts look: what is asked for all pools at once, added to the picture that has all of them."""
    snapshot = await find_worker_events(look.api, snapshot)
    return await find_stopped_schedules(look.api, snapshot, look.policy, look.only)


async def look_outside_pools(look: Look, snapshot: Snapshot) -> Snapshot:
    """A piece of its own: the runs that are in no pool. A look at some pools leaves them out."""
    piece = Snapshot(snapshot.server, snapshot.taken_at)
    if look.only:
        return piece
    piece = await find_overdue_runs(look.api, piece, look.policy, OUTSIDE_POOLS)
    return await _ended(look, await _begun(look, piece, OUTSIDE_POOLS), OUTSIDE_POOLS)


async def look_after_parts(look: Look, snapshot: Snapshot) -> Snapshot:
    """When all is together: what rests on the runs of several pools, what is behind them, and what the services left."""
    snapshot = await find_tag_waits(look.api, snapshot, look.policy)
    snapshot = await find_slot_leaks(look.api, snapshot, look.only)
    snapshot = await find_observers(look.api, await find_pod_words(look.api, snapshot, look.policy), look.policy)
    snapshot = await find_unmade_runs(look.api, snapshot, look.policy)
    return await look_behind_pods(look, await count_stored_events(look.api, snapshot, look.policy))
