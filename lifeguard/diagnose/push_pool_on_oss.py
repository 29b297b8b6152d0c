"""push-pool-on-oss: push and managed pools are run by Prefect Cloud. A self-hosted server keeps them and runs nothing."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import demand_evidence, due_runs, ids, of_pool
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity


def push_pool_on_oss(scene: Scene) -> list[Finding]:
    """Find push and managed pools on a self-hosted server."""
    if scene.snapshot.server.is_cloud:
        return []
    return [_finding(scene, pool) for pool in scene.snapshot.pools if pool.is_workerless]


def _finding(scene: Scene, pool: Pool) -> Finding:
    due, soon = scene.due_by_pool.get(pool.id, ()), scene.soon_by_pool.get(pool.id, ())
    worker_type = pool.type.partition(":")[0]
    return Finding(
        code="push-pool-on-oss",
        severity=Severity.CRITICAL if due else Severity.WARNING if soon else Severity.INFO,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' is of the type {pool.type}, which only Prefect Cloud runs"
        + (f": {due_runs(due)}" if due else ""),
        evidence={"type": pool.type, "server_kind": "server", **demand_evidence(scene, pool.name, due, soon)},
        remedy=(
            f"Create a pool that workers serve, of the type {worker_type} or process: "
            "prefect work-pool create NAME --type process",
            "Deploy what runs here into it: prefect deploy --pool NAME",
        ),
        run_ids=ids(due),
    )
