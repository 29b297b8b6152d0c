"""patrol-on-watched-pool: who watches a pool from within it, alone, dies with it. Only the rules about silence page then."""

from lifeguard.diagnose.own_patrols import patrol_deployments
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import of_deployment
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Pool
from lifeguard.findings import Finding, Severity


def patrol_on_watched_pool(scene: Scene) -> list[Finding]:
    """Find the only patrol where it runs on a pool that needs workers and that it watches."""
    deployments = patrol_deployments(scene)
    if len({each.pool_name for each in deployments}) != 1:
        return []
    pool = next((each for each in scene.snapshot.pools if each.name == deployments[0].pool_name), None)
    return [_finding(scene, deployments[0], pool)] if pool and pool.needs_workers else []


def _finding(scene: Scene, patrol: Deployment, pool: Pool) -> Finding:
    is_seen = scene.workers(pool) is not None
    return Finding(
        code="patrol-on-watched-pool",
        severity=Severity.INFO,
        resource=of_deployment(patrol),
        title=f"The patrol '{patrol.full_name}' runs on work pool '{pool.name}', which nobody else watches: when the last "
        "worker there dies, it stops too",
        evidence={
            "work_pool": pool.name,
            "work_pool_type": pool.type,
            **({"workers_online": len(scene.live_workers(pool))} if is_seen else {}),
        },
        remedy=(
            "Serve the patrols without any worker: lifeguard up",
            f"Or install them on a pool that only they use: {command('lifeguard install', pool='NAME')}",
            "See that silence pages: lifeguard status",
        ),
    )
