"""Runs that go on for long while no event of them or of their worker arrives. Pure.

A worker says that it started, and a run sends heartbeats: where the events of that time are known and hold neither, somebody
may keep them back (PrefectHQ/prefect#20775).
"""

from collections.abc import Mapping

from lifeguard.facts import OWN_TAG, Run, Worker, seconds
from lifeguard.happenings import EVENTS_KEPT
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

Place = tuple[str | None, str]
"""A worker, by its pool and its name."""


def unheard_runs(snapshot: Snapshot, policy: Policy) -> Mapping[Place, list[Run]]:
    """The runs that began so long ago that their process should have been heard, of workers that never said anything."""
    heard = {(event.pool_id, event.name) for event in snapshot.worker_events}
    since = snapshot.taken_at - seconds(policy.heartbeat_silent_after_seconds)
    found: dict[Place, list[Run]] = {}
    for run in snapshot.active:
        is_long = run.is_running and run.state_since is not None and run.state_since < since
        if is_long and run.worker_name and run.id not in snapshot.heartbeats and OWN_TAG not in run.tags:
            found.setdefault((run.pool_id, run.worker_name), []).append(run)
    return {place: runs for place, runs in found.items() if place not in heard}


def should_be_heard(worker: Worker, snapshot: Snapshot) -> bool:
    """Whether the events are known of the time at which this worker was first heard: it must have said that it started."""
    since = snapshot.worker_events_since or snapshot.taken_at - EVENTS_KEPT
    return worker.created is not None and worker.created > since
