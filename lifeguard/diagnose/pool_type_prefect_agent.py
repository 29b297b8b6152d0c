"""pool-type-prefect-agent: such pools were for the agents of Prefect 2; no worker of Prefect 3 serves them."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import demand_evidence, due_runs, ids, of_pool
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity


def pool_type_prefect_agent(scene: Scene) -> list[Finding]:
    """Find agent pools with work; without any they are only worth a note."""
    return [_finding(scene, pool) for pool in scene.snapshot.pools if pool.is_agent_pool]


def _finding(scene: Scene, pool: Pool) -> Finding:
    due, soon = scene.due_by_pool.get(pool.id, ()), scene.soon_by_pool.get(pool.id, ())
    return Finding(
        code="pool-type-prefect-agent",
        severity=Severity.CRITICAL if due else Severity.WARNING if soon else Severity.INFO,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' is of the type prefect-agent, which nothing in Prefect 3 can work on"
        + (f": {due_runs(due)}" if due else ""),
        evidence={"type": pool.type, **demand_evidence(scene, pool.name, due, soon)},
        remedy=(
            "Create a pool of another type: prefect work-pool create NAME --type process",
            "Deploy what runs here into it: prefect deploy --pool NAME",
        ),
        run_ids=ids(due),
    )
