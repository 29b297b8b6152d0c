"""patrol-late: the patrols themselves begin late, so that everything here is told late too."""

from lifeguard.diagnose.own_patrols import began_late_by, latest_patrol, patrol_deployments
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, of_deployment
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Pool, Run
from lifeguard.findings import Evidence, Finding, Severity


def patrol_late(scene: Scene) -> list[Finding]:
    """Find deployments whose patrol began, or has not begun, so long after its time that somebody should know."""
    patience = scene.policy.patrol_late_after_seconds
    latest = [(each, latest_patrol(scene, each)) for each in patrol_deployments(scene)]
    return [_finding(scene, each, run) for each, run in latest if run and began_late_by(scene, run) > patience]


def _finding(scene: Scene, patrol: Deployment, run: Run) -> Finding:
    late = short(began_late_by(scene, run))
    what = f"began {late} after its time" if run.is_running else f"should have begun {late} ago and has not"
    pool = next((each for each in scene.snapshot.pools if each.name == patrol.pool_name), None)
    return Finding(
        code="patrol-late",
        severity=Severity.WARNING,
        resource=of_deployment(patrol),
        title=f"A patrol of '{patrol.full_name}' {what}: it was due at {at(run.expected_start)}",
        evidence={
            "patrol": run.name,
            "state": run.state_name,
            "expected_at": run.expected_start,
            "began_at": run.started if run.is_running else None,
            "late_seconds": round(began_late_by(scene, run)),
            **(_of_pool(scene, pool) if pool else {}),
        },
        remedy=(*_remedy(scene, pool), "See what of Lifeguard is not well: lifeguard status"),
    )


def _of_pool(scene: Scene, pool: Pool) -> Evidence:
    is_seen = pool.needs_workers and scene.workers(pool) is not None
    return {
        "work_pool": pool.name,
        "work_pool_is_paused": pool.is_paused,
        **({"workers_online": len(scene.live_workers(pool))} if is_seen else {}),
    }


def _remedy(scene: Scene, pool: Pool | None) -> tuple[str, ...]:
    """What to do about the pool that the patrols run on, if it is the pool that holds them back."""
    if pool is None:
        return ("If `lifeguard up` served it, start that again: lifeguard up",)
    if pool.is_paused:
        return (command("prefect work-pool resume", pool.name),)
    if pool.needs_workers and scene.workers(pool) is not None and not scene.live_workers(pool):
        return (command("prefect worker start", pool=pool.name) + " --with-healthcheck",)
    return (f"See what the pool is busy with: {command('lifeguard check', pool=pool.name)}",)
