"""served-process-gone: a deployment made with `serve()` has no pool; only its own process asks for its runs.

A deployment whose pool was deleted looks the same if its queue was never named, so the sentence says both.
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, is_older, of_deployment
from lifeguard.facts import Deployment, Run
from lifeguard.findings import Finding, Severity


def served_process_gone(scene: Scene) -> list[Finding]:
    """Find served deployments with due runs that nobody asked for lately."""
    patience = max(60.0, scene.snapshot.server.settings.deployment_polled_timeout_seconds)
    findings: list[Finding] = []
    for deployment_id, due in scene.due_by_deployment.items():
        deployment = scene.snapshot.deployments.get(deployment_id or "")
        if deployment and deployment.is_served and is_older(scene, deployment.last_polled, patience):
            findings.append(_finding(deployment, due))
    return findings


def _finding(deployment: Deployment, due: tuple[Run, ...]) -> Finding:
    return Finding(
        code="served-process-gone",
        severity=Severity.CRITICAL,
        resource=of_deployment(deployment),
        title=f"Nobody asks for the runs of deployment '{deployment.full_name}' since {at(deployment.last_polled)}: its "
        f"serve() process is gone, or its work pool was deleted; {due_runs(due)}",
        evidence={"last_polled": deployment.last_polled, **due_evidence(due)},
        remedy=(
            "Start the process that calls serve() again, under a supervisor such as systemd or Docker",
            "If it ran in a work pool that was deleted, deploy it into another one: prefect deploy --pool NAME-OF-A-POOL",
        ),
        run_ids=ids(due),
    )
