"""awaiting-retry-orphaned: a run waits for a retry in the process that ran it, and that process is gone.

The server gives such a run to no worker (`retry_type` in_process) and never marks it Late (PrefectHQ/prefect#22847).
"""

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, ids, in_pool, is_older, of_deployment, runs
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Deployment, Run
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import HEARTBEATS

OVERDUE_AFTER_SECONDS = 60
RUNS_NAMED = 5


def awaiting_retry_orphaned(scene: Scene) -> list[Finding]:
    """Find retries a minute overdue whose process was not heard for longer than it may be silent, by deployment."""
    by_deployment = grouped(orphans(scene), lambda run: scene.snapshot.deployments.get(run.deployment_id or ""))
    return [_finding(deployment, found) for deployment, found in by_deployment.items() if deployment]


def orphans(scene: Scene) -> tuple[Run, ...]:
    """Those retries, oldest first; none where heartbeats could not be seen."""
    if not scene.sees(HEARTBEATS):
        return ()
    overdue = (run for run in scene.snapshot.retrying if is_older(scene, run.next_start, OVERDUE_AFTER_SECONDS))
    others = (run for run in overdue if OWN_TAG not in run.tags and not _is_heard(scene, run))
    return tuple(sorted(others, key=lambda run: (run.next_start or scene.now, run.id)))


def run_again(run: Run) -> str:
    """How any worker gets it. `prefect flow-run retry` forces the state, and the run stays `in_process` (3.8.8, 3.9.1)."""
    unforced = command("prefect api POST", f"/flow_runs/{run.id}/set_state", data='{"state": {"type": "SCHEDULED"}}')
    return f"Then run it again, without force: {unforced}"


def _is_heard(scene: Scene, run: Run) -> bool:
    """A process that never sent heartbeats is taken for gone when its retry is overdue: it would have begun it."""
    return run.id in scene.snapshot.heartbeats and not scene.is_silent(run)


def _finding(deployment: Deployment, found: tuple[Run, ...]) -> Finding:
    first = found[0]
    waits = (
        "waits for a retry in a process that is gone"
        if len(found) == 1
        else "wait for retries in processes that are gone"
    )
    return Finding(
        code="awaiting-retry-orphaned",
        severity=Severity.CRITICAL,
        resource=of_deployment(deployment),
        title=f"{runs(len(found))} of deployment '{deployment.full_name}' {waits} "
        f"('{first.name}', due since {at(first.next_start)}): no worker is ever given such a run",
        evidence={
            **in_pool(deployment.pool_name),
            "orphaned_runs": len(found),
            "orphaned_run": first.name,
            "orphaned_run_id": first.id,
            "state": first.state_name,
            "retry_due": first.next_start,
        },
        remedy=(*(command("prefect flow-run cancel", run.id) for run in found[:RUNS_NAMED]), run_again(first)),
        run_ids=ids(found),
    )
