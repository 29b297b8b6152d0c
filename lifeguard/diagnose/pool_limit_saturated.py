"""pool-limit-saturated: every slot of the pool is taken. The waiting runs say nothing: no log, no state message."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import (
    as_holders,
    by_patience,
    held_by,
    ids,
    longest_first,
    of_pool,
    saturation_evidence,
    wait,
)
from lifeguard.escaping import command
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity


def pool_limit_saturated(scene: Scene) -> list[Finding]:
    """Find full pools with due runs; information until the oldest has waited for longer than the policy allows."""
    return [_finding(scene, pool) for pool in _full_pools(scene) if scene.startable(pool)]


def _full_pools(scene: Scene) -> list[Pool]:
    return [pool for pool in scene.snapshot.pools if scene.sees_demand_of(pool.name) and _is_full(scene, pool)]


def _is_full(scene: Scene, pool: Pool) -> bool:
    return bool(pool.concurrency_limit) and _active_slots(scene, pool) >= (pool.concurrency_limit or 0)


def _active_slots(scene: Scene, pool: Pool) -> int:
    """The server's own count; servers before 3.6.23 do not tell, and what holds slots was seen anyway."""
    return len(scene.active_by_pool.get(pool.id, ())) if pool.active_slots is None else pool.active_slots


def _finding(scene: Scene, pool: Pool) -> Finding:
    due, slots = scene.startable(pool), _active_slots(scene, pool)
    seen = scene.snapshot.holders.get(pool.id) or as_holders(scene.active_by_pool.get(pool.id, ()))
    holders = longest_first(scene, seen)
    patience = scene.policy.for_pool(pool.name).wait_warning_after_seconds
    return Finding(
        code="pool-limit-saturated",
        severity=by_patience(scene, due, patience, Severity.WARNING),
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' is full: {slots} of {pool.concurrency_limit} slots are held by "
        f"{held_by(holders)}; {wait(due)}",
        evidence=saturation_evidence(scene, slots, pool.concurrency_limit, holders, due),
        remedy=(
            command("prefect work-pool slots", pool.name),
            command("prefect work-pool set-concurrency-limit", pool.name, str(2 * (pool.concurrency_limit or 1))),
            *(f"If the holder is stuck: {command('prefect flow-run cancel', h.run_id)}" for h in holders[:1]),
        ),
        run_ids=ids(due),
    )
