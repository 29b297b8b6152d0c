"""Kubernetes pools with more deployments than the observer of one worker can follow."""

from dataclasses import replace

from lifeguard.facts import Pool
from lifeguard.findings import Finding, Resource
from lifeguard.review.desk import IN_WORKERS_OF_POOL, Desk, put, risky

MOST_DEPLOYMENTS = 3500
"""From so many flows on, one worker was overrun by the events of their pods, and crashed (PrefectHQ/prefect#19026)."""

_OBSERVER = "integrations.kubernetes.observer"


def observer_overrun(desk: Desk) -> list[Finding]:
    """Only where one worker is alive: with several, each observes everything, but not all submit."""
    return [
        _finding(pool, desk.deployments[pool.id])
        for pool in desk.scene.snapshot.pools
        if desk.deployments.get(pool.id, 0) > MOST_DEPLOYMENTS and len(desk.scene.live_workers(pool)) == 1
    ]


def _finding(pool: Pool, deployments: int) -> Finding:
    title = (
        f"The one live worker of work pool '{pool.name}' serves {deployments:,} deployments: at about "
        f"{MOST_DEPLOYMENTS:,} started at once, such a worker was overrun by the events of their pods and crashed"
    )
    path = f"{_OBSERVER}.replicate_pod_events"
    steps = (
        put(IN_WORKERS_OF_POOL, path, "false"),
        f"Or no observer there ({put('in the same place', f'{_OBSERVER}.enabled', 'false')}), and one more worker, on an "
        "empty pool, that only observes",
    )
    seen = {"work_pool": pool.name, "deployments": deployments, "workers_online": 1}
    found = risky(path, None, title, steps, **seen)
    return replace(found, resource=Resource("work-pool", pool.id, pool.name))
