"""concurrency-lease-lost: runs were ended in the middle because their concurrency lease was gone (PrefectHQ/prefect#18893).

With Prefect's default lease storage, that is what a restart of the server does to every run that holds a deployment's slot.
"""

from lifeguard.diagnose.deployment_limit_leaked import KEEP_LEASES
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, ids, in_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Run
from lifeguard.findings import Finding, Resource, Severity

LOST_WHILE_PENDING = "Deployment concurrency slot lost during provisioning"
RUNS_NAMED = 5


def concurrency_lease_lost(scene: Scene) -> list[Finding]:
    """Find runs that lost their lease lately; critical when so many did that the server's lease storage is to blame."""
    lost = _lost(scene)
    return [_finding(scene, lost)] if lost else []


def _lost(scene: Scene) -> tuple[Run, ...]:
    """Those that crashed with their slot, and those that the server cancelled on their way, oldest first."""
    crashed = [run for run in scene.snapshot.interrupted if run.id in scene.snapshot.lost_leases]
    cancelled = [run for run in scene.snapshot.ended if (run.state_message or "").startswith(LOST_WHILE_PENDING)]
    others = (run for run in (*crashed, *cancelled) if OWN_TAG not in run.tags)
    return tuple(sorted(others, key=lambda run: (run.ended or scene.now, run.id)))


def _finding(scene: Scene, lost: tuple[Run, ...]) -> Finding:
    first, server = lost[0], scene.snapshot.server
    pools = {run.pool_name for run in lost}
    was = (
        "was ended because its concurrency lease was"
        if len(lost) == 1
        else "were ended because their concurrency leases were"
    )
    return Finding(
        code="concurrency-lease-lost",
        severity=Severity.CRITICAL if len(lost) >= scene.policy.failed_in_a_row else Severity.WARNING,
        resource=Resource("server", server.api_url, server.api_url),
        title=f"{runs(len(lost))} {was} gone ('{first.name}' at {at(first.ended)})",
        evidence={
            **(in_pool(first.pool_name) if len(pools) == 1 else {}),
            "ended_runs": len(lost),
            "first_run": first.name,
            "first_run_id": first.id,
            "first_ended": first.ended,
            "last_ended": lost[-1].ended,
        },
        remedy=(
            *(f"Run it again: {command('prefect flow-run retry', run.id)}" for run in lost[:RUNS_NAMED]),
            KEEP_LEASES,
        ),
        run_ids=ids(lost),
    )
