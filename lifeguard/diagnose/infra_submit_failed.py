"""infra-submit-failed: the infrastructure refused a run, which crashed before it started.

Where Kubernetes forbade the Job, k8s-rbac-or-quota says it.
"""

from lifeguard.diagnose.in_a_row import in_a_row
from lifeguard.diagnose.refused_jobs import is_refused
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, ids, of_deployment, runs
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Run
from lifeguard.findings import Finding, Severity

SUBMISSION_FAILED = "Failed to submit flow run to infrastructure:"
MESSAGE_LENGTH = 300


def infra_submit_failed(scene: Scene) -> list[Finding]:
    """Find deployments whose newest runs crashed at submission; critical when so many in a row did, else a warning."""
    crashed = [run for run in scene.snapshot.ended if run.state_type == "CRASHED" and _was_refused(run)]
    return [_finding(scene, deployment, refused) for deployment, refused in in_a_row(scene, crashed)]


def _was_refused(run: Run) -> bool:
    return (run.state_message or "").startswith(SUBMISSION_FAILED) and not is_refused(run)


def _finding(scene: Scene, deployment: Deployment, crashed: tuple[Run, ...]) -> Finding:
    last = crashed[-1]
    message = (last.state_message or "").removeprefix(SUBMISSION_FAILED).strip()[:MESSAGE_LENGTH]
    is_steady = len(crashed) >= scene.policy.failed_in_a_row
    return Finding(
        code="infra-submit-failed",
        severity=Severity.CRITICAL if is_steady else Severity.WARNING,
        resource=of_deployment(deployment),
        title=f"The last {runs(len(crashed))} of deployment '{deployment.full_name}' since {at(crashed[0].ended)} crashed "
        f"before starting: the infrastructure refused: {message or 'no reason given'}",
        evidence={
            **({"work_pool": deployment.pool_name} if deployment.pool_name else {}),
            "crashed_runs": len(crashed),
            "last_run": last.name,
            "last_crash": last.ended,
            "message": message,
        },
        remedy=(
            command("prefect flow-run logs", last.id),
            *_inspect(deployment),
            f"Once it is mended: {command('prefect flow-run retry', last.id)}",
        ),
        run_ids=ids(crashed),
    )


def _inspect(deployment: Deployment) -> tuple[str, ...]:
    return (command("prefect work-pool inspect", deployment.pool_name),) if deployment.pool_name else ()
