"""scheduler-stalled: the server's scheduler makes no runs any more, while everything else looks well.

It works ahead by an hour, so it is noticed minutes after it stopped and long before a run is missed
(PrefectHQ/prefect#22436; Prefect 3.8.8 with SQLAlchemy 2.1 never schedules anything).
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, may_be_judged, of_server, patience_seconds
from lifeguard.diagnose.words import at, is_older
from lifeguard.findings import Finding, Severity
from lifeguard.services import UnmadeRun

LOOPS = 3


def scheduler_stalled(scene: Scene) -> list[Finding]:
    """Find a scheduler that owes runs of active schedules; critical once no run of them is left at all."""
    services = scene.snapshot.server.settings.services
    patience = patience_seconds(scene, services.scheduler_loop_seconds, LOOPS)
    owed = [each for each in scene.snapshot.services.unmade if is_older(scene, each.schedule_since, patience)]
    return [_finding(scene, owed)] if owed and may_be_judged(scene, services.scheduler_enabled) else []


def _finding(scene: Scene, owed: Sequence[UnmadeRun]) -> Finding:
    first = min(owed, key=lambda each: (each.due, each.deployment_id))
    is_last = first.after <= scene.now
    whose = f"'{first.deployment}'" + (f" and at least {len(owed) - 1} more" if len(owed) > 1 else "")
    after = "no run is made" if is_last else f"no run after {at(first.after)} is made"
    services = scene.snapshot.server.settings.services
    return Finding(
        code="scheduler-stalled",
        severity=Severity.CRITICAL if is_last else Severity.WARNING,
        resource=of_server(scene),
        title=f"The server's scheduler has stopped: {after} of the active schedules of {whose}; the next is due at "
        f"{at(first.due)}",
        evidence={
            "deployments_at_least": len(owed),
            "deployment": first.deployment,
            "no_runs_after": first.after,
            "next_due": first.due,
            "schedule_unchanged_since": first.schedule_since,
            "made_ahead_seconds": services.scheduler_ahead_seconds,
            "scheduler_loop_seconds": services.scheduler_loop_seconds,
        },
        remedy=(
            *RESTART,
            "Look for its errors in the server's log: Prefect 3.8 fails with SQLAlchemy 2.1 at every loop",
        ),
        is_confirmed=False,
    )
