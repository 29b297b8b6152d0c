"""worker-type-mismatch: a worker of one type on a pool of another. Prefect only says so in the worker's own log (3.9.1).

It comes of `--type`, or of a pool that was deleted and made again while its workers ran (PrefectHQ/prefect#18629).
"""

from lifeguard.diagnose.live_starts import live_starts, named
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, of_pool
from lifeguard.escaping import command
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity
from lifeguard.happenings import WorkerEvent


def worker_type_mismatch(scene: Scene) -> list[Finding]:
    """Find pools with live workers of another type; one whose type is not known is not accused."""
    found: list[Finding] = []
    for pool in scene.snapshot.pools:
        others = [event for event in live_starts(scene, pool) if event.type and event.type != pool.type]
        if others and pool.needs_workers:
            found.append(_finding(pool, others))
    return found


def _finding(pool: Pool, others: list[WorkerEvent]) -> Finding:
    first = others[0]
    return Finding(
        code="worker-type-mismatch",
        severity=Severity.WARNING,
        resource=of_pool(pool),
        title=f"{named(others, pool)} of the type {first.type} since {at(first.at)}, and the pool of the type {pool.type}: "
        "its job template is for another kind of infrastructure",
        evidence={
            "workers": len(others),
            "first_worker": first.name,
            "worker_type": first.type,
            "pool_type": pool.type,
            "started_at": first.at,
        },
        remedy=(
            f"Start it with the pool's type: {command('prefect worker start', pool=pool.name, type=pool.type)}",
            f"Or see what the pool is for: {command('prefect work-pool inspect', pool.name)}",
        ),
    )
