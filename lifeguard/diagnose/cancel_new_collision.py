"""cancel-new-collision: with the strategy CANCEL_NEW a full deployment has its new runs cancelled, not queued.

That is what the strategy is for, until whatever holds the slot never lets go: then the deployment does not run at all.
"""

from lifeguard.diagnose.in_a_row import in_a_row
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stuck_pending_orphan import stuck_runs
from lifeguard.diagnose.words import as_holders, at, held_by, holder_evidence, ids, of_deployment, runs
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Limit, Run
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import ACTIVE_RUNS

REFUSAL = "Deployment concurrency limit reached."


def cancel_new_collision(scene: Scene) -> list[Finding]:
    """Find deployments whose newest runs were all cancelled by their limit; critical when no run is seen to hold it."""
    ended = scene.snapshot.ended
    cancelled = [run for run in ended if run.state_type == "CANCELLED" and run.state_message == REFUSAL]
    return [
        _finding(scene, deployment, limit, refused)
        for deployment, refused in in_a_row(scene, cancelled)
        if len(refused) >= scene.policy.failed_in_a_row and (limit := _full_limit(scene, deployment))
    ]


def _full_limit(scene: Scene, deployment: Deployment) -> Limit | None:
    """A slot that came free lets the next run start, and a limit of 0 is another cause; an unseen limit is neither."""
    limit = scene.deployment_limit(deployment.id)
    return limit if limit and limit.is_full and limit.limit > 0 else None


def _finding(scene: Scene, deployment: Deployment, limit: Limit, cancelled: tuple[Run, ...]) -> Finding:
    active = scene.active_by_deployment.get(deployment.id, ())
    stuck = {run.id for run in stuck_runs(scene)}
    is_stuck = bool(active) and all(run.id in stuck and run.pool_id in scene.pools_by_id for run in active)
    holders = as_holders(active)
    is_leaked = scene.sees(ACTIVE_RUNS) and not scene.lost_pools and not active
    return Finding(
        code="cancel-new-collision",
        severity=Severity.CRITICAL if is_leaked else Severity.INFO,
        resource=of_deployment(deployment),
        title=f"The last {runs(len(cancelled))} of deployment '{deployment.full_name}' since {at(cancelled[0].ended)} "
        f"{'was' if len(cancelled) == 1 else 'were'} cancelled because its concurrency limit is full; "
        f"its slots are held by {held_by(holders)}",
        evidence={
            **({"work_pool": deployment.pool_name} if deployment.pool_name else {}),
            "cancelled_runs": len(cancelled),
            "last_cancelled": cancelled[-1].ended,
            "concurrency_limit": limit.limit,
            "active_slots": limit.active_slots,
            **holder_evidence(scene, holders),
        },
        remedy=_remedy(deployment, limit, active, is_leaked),
        run_ids=ids(cancelled),
        caused_by=f"stuck-pending-orphan:work-pool:{active[0].pool_id}" if is_stuck else None,
    )


def _remedy(deployment: Deployment, limit: Limit, active: tuple[Run, ...], is_leaked: bool) -> tuple[str, ...]:
    free = command("prefect gcl update", limit.name, active_slots=0)
    queue_up = command("prefect deploy", name=deployment.full_name, collision_strategy="ENQUEUE")
    if is_leaked:
        return (f"No run holds the slots that are taken; free them: {free}",)
    return (
        *(f"If the holder is stuck: {command('prefect flow-run cancel', run.id)}" for run in active[:1]),
        f"To have new runs wait instead of being cancelled, deploy again: {queue_up}",
    )
