"""pool-paused: a paused pool hands out nothing. Often on purpose, so harm begins when work is due."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import by_patience, demand_evidence, ids, of_pool, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity


def pool_paused(scene: Scene) -> list[Finding]:
    """Find paused pools; with work that is due it is a warning, and critical once that has waited for too long."""
    return [_finding(scene, pool) for pool in scene.snapshot.pools if pool.is_paused]


def _finding(scene: Scene, pool: Pool) -> Finding:
    due, soon = scene.due_by_pool.get(pool.id, ()), scene.soon_by_pool.get(pool.id, ())
    patience = scene.policy.for_pool(pool.name).pause_critical_after_seconds
    severity = by_patience(scene, due, patience, Severity.CRITICAL)
    return Finding(
        code="pool-paused",
        severity=Severity.WARNING if soon and not due else severity,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' is paused" + (f": {wait(due)}" if due else ""),
        evidence={"is_paused": True, **demand_evidence(scene, pool.name, due, soon)},
        remedy=(command("prefect work-pool resume", pool.name),),
        run_ids=ids(due),
    )
