"""Runs that nobody works on any more: ended by force, put back to Scheduled, or given to the workers. Never our own."""

from collections.abc import Iterable
from typing import Literal

from lifeguard.diagnose.awaiting_retry_orphaned import orphans
from lifeguard.diagnose.cancelling_stuck import stuck_cancelling
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stuck_pending_orphan import stuck_runs
from lifeguard.diagnose.words import of_owner
from lifeguard.diagnose.zombie_running import is_surely_gone, silent_runs
from lifeguard.facts import OWN_TAG, Run
from lifeguard.findings import Finding, Resource
from lifeguard.remedies.proposal import Proposal
from lifeguard.remedies.steps import HandOver, SetState

MAY_STILL_RUN = "If a process of it is alive after all, it runs twice: make sure that there is none"
END_ITS_PROCESS = "Nothing stops a process that is alive after all: see where its worker runs"


def end_orphans(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """Those of a pool that were claimed and never started."""
    stuck = [run for run in stuck_runs(scene) if run.pool_id == finding.resource.id]
    type: Literal["SCHEDULED", "CANCELLED"] = "SCHEDULED" if again else "CANCELLED"
    steps = tuple(SetState(run, type, "it was claimed and nobody starts it") for run in stuck)
    pending = (run for run in scene.snapshot.active if run.is_pending and run.pool_id == finding.resource.id)
    return Proposal(steps, _own(pending), (MAY_STILL_RUN if again else END_ITS_PROCESS,))


def end_zombies(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """Those of a pool or a deployment whose process is surely gone; one that is only silent may be busy."""
    silent = [run for run in silent_runs(scene) if _is_of(scene, run, finding.resource)]
    gone = [run for run in silent if is_surely_gone(scene, run)]
    type: Literal["SCHEDULED", "CRASHED"] = "SCHEDULED" if again else "CRASHED"
    beats = scene.snapshot.heartbeats
    steps = tuple(SetState(run, type, "its process sends no heartbeat any more", beats[run.id].last) for run in gone)
    busy = [f"run '{run.name}' ({run.id}): it may only be busy" for run in silent if run not in gone]
    running = (run for run in scene.snapshot.active if run.is_running and _is_of(scene, run, finding.resource))
    return Proposal(steps, (*busy, *_own(running)), (MAY_STILL_RUN if again else END_ITS_PROCESS,))


def end_cancelling(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """Those of the server that should have been Cancelled long ago."""
    steps = (SetState(run, "CANCELLED", "it stayed Cancelling") for run in stuck_cancelling(scene))
    return Proposal(tuple(steps), _own(scene.snapshot.cancelling), (END_ITS_PROCESS,))


def hand_over_retries(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """The retries of a deployment whose process is gone."""
    found = [run for run in orphans(scene) if run.deployment_id == finding.resource.id]
    retrying = (run for run in scene.snapshot.retrying if run.deployment_id == finding.resource.id)
    return Proposal(tuple(HandOver(run) for run in found), _own(retrying), (MAY_STILL_RUN,))


def _is_of(scene: Scene, run: Run, owner: Resource) -> bool:
    found = of_owner(scene, run)
    return found is not None and found.id == owner.id


def _own(candidates: Iterable[Run]) -> tuple[str, ...]:
    """Lifeguard's own, which it never touches."""
    own = sum(OWN_TAG in run.tags for run in candidates)
    return (f"Lifeguard's own runs, {own} of them",) if own else ()
