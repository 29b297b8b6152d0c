"""late-runs-service-stalled: nobody names late runs Late any more, so that alerts on that state stay silent.

Lifeguard counts by times and is not deceived; dashboards and automations on `prefect.flow-run.Late` are
(PrefectHQ/prefect#22139, #22436).
"""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, may_be_judged, of_server, patience_seconds
from lifeguard.diagnose.words import at, is_older, runs
from lifeguard.facts import Run, seconds
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import WAITING_RUNS

LOOPS = 6


def late_runs_service_stalled(scene: Scene) -> list[Finding]:
    """Find runs that should long be Late, while no other was marked meanwhile: a backlog of 400 and more takes a while."""
    services = scene.snapshot.server.settings.services
    if not (may_be_judged(scene, services.late_runs_enabled) and scene.sees(WAITING_RUNS)) or scene.lost_pools:
        return []
    patience = patience_seconds(scene, services.late_runs_loop_seconds, LOOPS)
    waiting = scene.snapshot.waiting
    if any(run.state_name == "Late" and not is_older(scene, run.state_since, patience) for run in waiting):
        return []
    unmarked = [run for run in waiting if is_older(scene, _late_since(scene, run), patience)]
    return [_finding(scene, unmarked)] if unmarked else []


def _late_since(scene: Scene, run: Run) -> datetime | None:
    """When the server should have marked it; a run may be made for a time that has passed."""
    if run.state_name != "Scheduled" or run.next_start is None or run.state_since is None:
        return None
    return max(run.next_start, run.state_since) + seconds(scene.snapshot.server.settings.late_after_seconds)


def _finding(scene: Scene, unmarked: Sequence[Run]) -> Finding:
    first = min(unmarked, key=lambda run: (run.next_start or scene.now, run.id))
    settings = scene.snapshot.server.settings
    return Finding(
        code="late-runs-service-stalled",
        severity=Severity.WARNING,
        resource=of_server(scene),
        title=f"The server no longer marks runs as Late: {runs(len(unmarked))} should be, the oldest, '{first.name}', was "
        f"to start at {at(first.next_start)}",
        evidence={
            "unmarked_runs": len(unmarked),
            "oldest_run": first.name,
            "oldest_run_id": first.id,
            "oldest_run_state": first.state_name,
            "was_to_start": first.next_start,
            "late_after_seconds": settings.late_after_seconds,
            "late_runs_loop_seconds": settings.services.late_runs_loop_seconds,
        },
        remedy=(*RESTART, "Until then do not rely on alerts about Late runs: lifeguard check"),
        is_confirmed=False,
    )
