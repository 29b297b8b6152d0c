"""schedule-inactive: all schedules of a deployment are off, as `serve` and a new deploy may leave them (#16363)."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stopped_schedules import evidence, stopped
from lifeguard.diagnose.words import at, of_deployment
from lifeguard.escaping import command
from lifeguard.facts import Deployment, StoppedSchedule
from lifeguard.findings import Finding, Severity


def schedule_inactive(scene: Scene) -> list[Finding]:
    """Find deployments whose schedules made a run within the last 7 days and are all off; information, as for a pause."""
    return [_finding(deployment, seen) for deployment, seen in stopped(scene, is_paused=False)]


def _finding(deployment: Deployment, seen: StoppedSchedule) -> Finding:
    are = "the only schedule" if seen.schedules == 1 else f"all {seen.schedules} schedules"
    return Finding(
        code="schedule-inactive",
        severity=Severity.INFO,
        resource=of_deployment(deployment),
        title=f"{are.capitalize()} of deployment '{deployment.full_name}' {'is' if seen.schedules == 1 else 'are'} off; "
        f"the last run was due at {at(seen.last_expected)}",
        evidence=evidence(deployment, seen),
        remedy=(
            command("prefect deployment schedule ls", deployment.full_name),
            command("prefect deployment schedule resume", deployment.full_name, seen.first_schedule_id),
        ),
    )
