"""run-orphaned-no-queue: the queue or the pool of a run was deleted, so that no worker can ever be handed it.

Deleting a queue or a pool sets the id to null on its deployments and runs, old and new; the queue's name may stay.
"""

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import due_evidence, due_runs, ids, of_deployment
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Run
from lifeguard.findings import Finding, Severity


def run_orphaned_no_queue(scene: Scene) -> list[Finding]:
    """Find due runs of deployments that have neither a queue nor a process that serves them."""
    lost = [run for run in scene.due_by_pool.get(None, ()) if run.queue_id is None]
    by_deployment = grouped(lost, lambda run: scene.snapshot.deployments.get(run.deployment_id or ""))
    return [
        _finding(deployment, due)
        for deployment, due in by_deployment.items()
        if deployment and not deployment.is_served
    ]


def _finding(deployment: Deployment, due: tuple[Run, ...]) -> Finding:
    queue = due[0].queue_name if deployment.queue_id else deployment.queue_name or due[0].queue_name
    return Finding(
        code="run-orphaned-no-queue",
        severity=Severity.CRITICAL,
        resource=of_deployment(deployment),
        title=f"Nobody can ever start the runs of deployment '{deployment.full_name}': "
        f"{_lost(deployment, queue)}; {due_runs(due)}",
        evidence={
            "work_queue_name": queue,
            "deployment_has_queue": deployment.queue_id is not None,
            **due_evidence(due),
        },
        remedy=_remedy(deployment, queue, due),
        run_ids=ids(due),
    )


def _lost(deployment: Deployment, queue: str | None) -> str:
    if queue is None:
        return "it has no work pool, and no process serves it"
    if deployment.queue_id:
        return f"their work queue '{queue}' was deleted"
    return f"its work queue '{queue}' or that queue's pool was deleted"


def _remedy(deployment: Deployment, queue: str | None, due: tuple[Run, ...]) -> tuple[str, ...]:
    deploy = command("prefect deploy", name=deployment.full_name, pool="NAME-OF-A-POOL", work_queue=queue)
    redeploy = f"Deploy it again, into a pool that exists: {deploy}"
    cancel = f"The runs that wait are not attached again; cancel them: {command('prefect flow-run cancel', due[0].id)}"
    return (cancel,) if deployment.queue_id else (redeploy, cancel)
