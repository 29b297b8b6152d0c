"""deployment-limit-leaked: a deployment's limit counts slots as taken that no run of it holds (PrefectHQ/prefect#21794).

The counter decides who may start, and nothing ever corrects it.
"""

from lifeguard.diagnose.cancel_new_collision import REFUSAL
from lifeguard.diagnose.scene import DEPLOYMENT_LIMIT_PREFIX, Scene
from lifeguard.diagnose.words import due_evidence, ids, in_pool, of_deployment, wait
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Deployment, Leak, Limit, Run
from lifeguard.findings import Finding, Severity

KEEP_LEASES = (
    "Leases that survive a restart of the server, set where it runs: "
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=prefect.server.concurrency.lease_storage.filesystem"
)


def deployment_limit_leaked(scene: Scene) -> list[Finding]:
    """Find limits of deployments with more slots taken than runs hold; critical where no slot is left and nobody holds one."""
    findings: list[Finding] = []
    for leak in scene.snapshot.leaks:
        limit = scene.limits_by_name.get(leak.limit_name)
        deployment = scene.snapshot.deployments.get(leak.limit_name.removeprefix(DEPLOYMENT_LIMIT_PREFIX))
        if limit and deployment:
            findings.append(_finding(scene, deployment, limit, leak))
    return findings


def free(leak: Leak) -> str:
    """The command that corrects the counter; `prefect concurrency-limit reset` does not (Prefect 3.8.8)."""
    return command("prefect gcl update", leak.limit_name, active_slots=leak.held)


def lost_count(leak: Leak, whose: str) -> str:
    """What the counter says and what is held, for a sentence whose subject is the limit."""
    taken = "1 slot is taken" if leak.active_slots == 1 else f"{leak.active_slots} slots are taken"
    return f"has lost count: it says that {taken}, and {whose} hold {leak.held or 'none'}"


def _finding(scene: Scene, deployment: Deployment, limit: Limit, leak: Leak) -> Finding:
    refused = _refused(scene, deployment)
    due = tuple(run for run in scene.due_by_deployment.get(deployment.id, ()) if run.waits_for_slot)
    return Finding(
        code="deployment-limit-leaked",
        severity=_severity(limit, leak, bool(refused or due)),
        resource=of_deployment(deployment),
        title=f"The limit of deployment '{deployment.full_name}' {lost_count(leak, 'its runs')}"
        + (f"; {wait(due)}" if due else ""),
        evidence={
            **in_pool(deployment.pool_name),
            "active_slots": leak.active_slots,
            "concurrency_limit": limit.limit,
            "held_slots": leak.held,
            "cancelled_runs": len(refused),
            **due_evidence(due),
        },
        remedy=(free(leak), KEEP_LEASES),
        run_ids=(*ids(due), *ids(refused)),
        is_confirmed=False,
    )


def _refused(scene: Scene, deployment: Deployment) -> tuple[Run, ...]:
    """The runs that the full limit cancelled (CANCEL_NEW), oldest first."""
    ended = (run for run in scene.snapshot.ended if run.deployment_id == deployment.id and OWN_TAG not in run.tags)
    refused = (run for run in ended if run.state_message == REFUSAL)
    return tuple(sorted(refused, key=lambda run: (run.ended or scene.now, run.id)))


def _severity(limit: Limit, leak: Leak, has_demand: bool) -> Severity:
    if not limit.is_full:
        return Severity.INFO
    return Severity.CRITICAL if has_demand and leak.held == 0 else Severity.WARNING
