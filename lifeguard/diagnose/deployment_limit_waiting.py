"""deployment-limit-waiting: the server sends runs back to AwaitingConcurrencySlot because their deployment is full.

Such a run is never marked Late, and its next start moves ahead by 30 s each time a worker tries it.
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import (
    as_holders,
    by_patience,
    held_by,
    ids,
    is_older,
    of_deployment,
    saturation_evidence,
    wait,
)
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Limit, Run
from lifeguard.findings import Finding, Severity

UNPOLLED_AFTER_SECONDS = 60


def deployment_limit_waiting(scene: Scene) -> list[Finding]:
    """Find deployments whose due runs were refused a slot; information until the oldest has waited for too long.

    A refused run whose next start has passed by a minute waits for somebody to poll, not for the limit.
    """
    findings: list[Finding] = []
    for deployment_id, due in scene.due_by_deployment.items():
        deployment = scene.snapshot.deployments.get(deployment_id or "")
        limit = scene.deployment_limit(deployment_id)
        refused = tuple(run for run in due if run.waits_for_slot and not _is_unpolled(scene, run))
        if deployment and limit and limit.is_full and limit.limit > 0 and refused:
            findings.append(_finding(scene, deployment, limit, refused))
    return findings


def _is_unpolled(scene: Scene, run: Run) -> bool:
    return is_older(scene, run.next_start, UNPOLLED_AFTER_SECONDS)


def _finding(scene: Scene, deployment: Deployment, limit: Limit, due: tuple[Run, ...]) -> Finding:
    holders = as_holders(scene.active_by_deployment.get(deployment.id, ()))
    patience = scene.policy.for_pool(deployment.pool_name).wait_warning_after_seconds
    return Finding(
        code="deployment-limit-waiting",
        severity=by_patience(scene, due, patience, Severity.WARNING),
        resource=of_deployment(deployment),
        title=f"Deployment '{deployment.full_name}' is at its concurrency limit: {limit.active_slots} of {limit.limit} "
        f"slots are held by {held_by(holders)}; {wait(due)}",
        evidence={
            **({"work_pool": deployment.pool_name} if deployment.pool_name else {}),
            "collision_strategy": deployment.collision_strategy,
            **saturation_evidence(scene, limit.active_slots, limit.limit, holders, due),
        },
        remedy=(
            command("prefect gcl update", limit.name, limit=limit.limit + 1),
            f"To keep it, deploy again: {_redeploy(deployment, limit)}",
        ),
        run_ids=ids(due),
    )


def _redeploy(deployment: Deployment, limit: Limit) -> str:
    return command("prefect deploy", name=deployment.full_name, concurrency_limit=limit.limit + 1)
