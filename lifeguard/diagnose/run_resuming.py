"""run-resuming: somebody resumed a suspended run, and no worker has taken it up again. It is never marked Late."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, ids, in_pool, is_older, of_deployment, runs
from lifeguard.escaping import command
from lifeguard.facts import RESUMING, Deployment, Run
from lifeguard.findings import Finding, Severity

NOT_TAKEN_AFTER_SECONDS = 60


def run_resuming(scene: Scene) -> list[Finding]:
    """Find resumed runs that wait for a worker for a minute, by deployment; why none takes them, another cause tells."""
    findings: list[Finding] = []
    for deployment_id, due in scene.due_by_deployment.items():
        deployment = scene.snapshot.deployments.get(deployment_id or "")
        waiting = tuple(run for run in due if _is_left(scene, run))
        if deployment and waiting:
            findings.append(_finding(deployment, waiting))
    return findings


def _is_left(scene: Scene, run: Run) -> bool:
    return run.state_name == RESUMING and is_older(scene, run.next_start, NOT_TAKEN_AFTER_SECONDS)


def _finding(deployment: Deployment, waiting: tuple[Run, ...]) -> Finding:
    first, was = waiting[0], "was" if len(waiting) == 1 else "were"
    again = (command("prefect work-pool inspect", deployment.pool_name),) if deployment.pool_name else ()
    return Finding(
        code="run-resuming",
        severity=Severity.WARNING,
        resource=of_deployment(deployment),
        title=f"{runs(len(waiting))} of deployment '{deployment.full_name}' {was} resumed and nobody has taken "
        f"{'it' if len(waiting) == 1 else 'them'} up ('{first.name}' since {at(first.next_start)})",
        evidence={**in_pool(deployment.pool_name), "first_run_id": first.id, **due_evidence(waiting)},
        remedy=(f"What holds it back: {command('lifeguard why', first.id)}", *again),
        run_ids=ids(waiting),
    )
