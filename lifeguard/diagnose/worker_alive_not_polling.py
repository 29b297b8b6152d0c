"""worker-alive-not-polling: the worker's heart beats, and its polling hangs. Heartbeat and poll are separate loops.

It is ONLINE, its pool is READY, and nothing starts (PrefectHQ/prefect#11747, #18584: "work pool unserved for 7h").
"""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.scene import WORKER_QUERY_SECONDS, Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, is_older, of_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run, Worker, seconds
from lifeguard.findings import Finding, Severity

SILENT_AT_LEAST_SECONDS = max(120, 6 * WORKER_QUERY_SECONDS)
LAG_SECONDS = 60.0


def worker_alive_not_polling(scene: Scene) -> list[Finding]:
    """Find pools with demand that live workers polled once, and whose queues are all silent now."""
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        due, soon = scene.startable(pool), scene.soon(pool)
        last = stopped_polling_at(scene, pool)
        if last and (due or soon):
            findings.append(_finding(scene, pool, last, due, soon))
    return findings


def stopped_polling_at(scene: Scene, pool: Pool) -> datetime | None:
    """When the live workers of a pool last polled any of its queues; None where they do, never did, or that is unseen."""
    live = scene.live_workers(pool)
    queues = [queue for queue in scene.queues_by_pool.get(pool.id, ()) if not queue.is_paused]
    if (
        not live
        or not pool.needs_workers
        or pool.is_paused
        or not scene.is_seen(pool)
        or any(map(scene.is_polled, queues))
    ):
        return None
    last = max((queue.last_polled for queue in queues if queue.last_polled), default=None)
    first = min((worker.created for worker in live if worker.created), default=None)
    was_theirs = last is not None and first is not None and last >= first
    if not was_theirs or not is_older(scene, last, SILENT_AT_LEAST_SECONDS) or _is_served_since(scene, pool, last):
        return None
    return last


def _is_served_since(scene: Scene, pool: Pool, last: datetime | None) -> bool:
    """Whether a run of the pool was claimed a minute and more after the last noted poll."""
    active = scene.active_by_pool.get(pool.id, ())
    return last is not None and any(
        run.state_since is not None and run.is_pending and run.state_since > last + seconds(LAG_SECONDS)
        for run in active
    )


def _finding(scene: Scene, pool: Pool, last: datetime, due: Sequence[Run], soon: Sequence[Run]) -> Finding:
    live = sorted(scene.live_workers(pool), key=lambda worker: worker.name)
    demand = due_runs(due) if due else f"{runs(len(soon))} expected soon"
    return Finding(
        code="worker-alive-not-polling",
        severity=Severity.CRITICAL if due else Severity.WARNING,
        resource=of_pool(pool),
        title=f"{_who(live)} of pool '{pool.name}' {'sends' if len(live) == 1 else 'send'} heartbeats, but none of its queues "
        f"was polled since {at(last)}; {demand}",
        evidence={
            "workers_online": len(live),
            "worker": live[0].name,
            "last_heartbeat": live[0].last_heartbeat,
            "last_polled": last,
            "queues": len(scene.queues_by_pool.get(pool.id, ())),
            **due_evidence(due),
            "expected_soon": len(soon),
        },
        remedy=(
            "Restart the worker, with a health check that notices this, and let its supervisor ask it: "
            + command("prefect worker start", pool=pool.name, name=live[0].name)
            + " --with-healthcheck",
            f"Where it was restarted for another queue, compare the names: {command('prefect work-queue ls', pool=pool.name)}",
        ),
        run_ids=ids(due or soon),
    )


def _who(live: Sequence[Worker]) -> str:
    return f"Worker '{live[0].name}'" if len(live) == 1 else f"{len(live)} workers"
