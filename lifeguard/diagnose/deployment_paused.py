"""deployment-paused: a paused deployment makes no runs from its schedules; runs made by hand still start (#14529)."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stopped_schedules import evidence, stopped
from lifeguard.diagnose.words import at, of_deployment
from lifeguard.escaping import command
from lifeguard.findings import Finding, Severity


def deployment_paused(scene: Scene) -> list[Finding]:
    """Find paused deployments whose schedules made a run within the last 7 days; information, as it may be on purpose."""
    return [
        Finding(
            code="deployment-paused",
            severity=Severity.INFO,
            resource=of_deployment(deployment),
            title=f"Deployment '{deployment.full_name}' is paused, so its schedules make no runs; the last one was due at "
            f"{at(seen.last_expected)}",
            evidence=evidence(deployment, seen),
            remedy=(command("prefect api POST", f"/deployments/{deployment.id}/resume_deployment"),),
        )
        for deployment, seen in stopped(scene, is_paused=True)
    ]
