"""stuck-pending-orphan: a worker claimed a run, took its slots, and died before it started it (PrefectHQ/prefect#18933).

No other worker can take the run over, and its slots in the pool, the queue and the deployment stay taken. A run whose pod
Kubernetes does not start is none of these: nobody died, and it begins once it can.
"""

from collections.abc import Sequence

from lifeguard.diagnose.dead_holders import blocked_by, fills_a_limit
from lifeguard.diagnose.k8s_no_pod import runs_without_pod
from lifeguard.diagnose.pod_troubles import waiting_troubles
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, due_evidence, ids, is_older, of_pool, runs, wait
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Pool, Run
from lifeguard.findings import Finding, Severity
from lifeguard.stuck import stuck_after

RUNS_NAMED = 5


def stuck_pending_orphan(scene: Scene) -> list[Finding]:
    """Find runs that have been PENDING for too long without a log line; critical where they keep others from starting."""
    by_pool = grouped(stuck_runs(scene), lambda run: run.pool_id)
    return [_finding(scene, pool, by_pool[pool.id]) for pool in scene.snapshot.pools if pool.id in by_pool]


def stuck_runs(scene: Scene) -> tuple[Run, ...]:
    """The runs that nobody is starting any more, longest first; none where the logs that could clear them are unseen."""
    if scene.blind_pools & {None}:
        return ()
    in_kubernetes = {*waiting_troubles(scene), *ids(runs_without_pod(scene))}
    pending = (run for run in scene.snapshot.active if run.is_pending and OWN_TAG not in run.tags)
    stuck = (run for run in pending if run.id not in in_kubernetes and _is_stuck(scene, run))
    return tuple(sorted(stuck, key=lambda run: (run.state_since or scene.now, run.id)))


def _is_stuck(scene: Scene, run: Run) -> bool:
    """A worker may claim a run before it is due (PREFECT_WORKER_PREFETCH_SECONDS), so both times must be past."""
    patience = stuck_after(run, scene.policy).total_seconds()
    is_long = is_older(scene, run.state_since, patience) and is_older(scene, run.expected_start, patience)
    return is_long and run.started is None and run.id not in scene.snapshot.progressing


def _finding(scene: Scene, pool: Pool, stuck: Sequence[Run]) -> Finding:
    blocked = blocked_by(scene, pool, stuck)
    first = stuck[0]
    claimed = "was claimed and never started" if len(stuck) == 1 else "were claimed and never started"
    since = f"'{first.name}' {first.state_name} since {at(first.state_since)}"
    return Finding(
        code="stuck-pending-orphan",
        severity=Severity.CRITICAL if blocked or fills_a_limit(scene, pool, stuck) else Severity.WARNING,
        resource=of_pool(pool),
        title=f"{runs(len(stuck))} of work pool '{pool.name}' {claimed} ({since})"
        + (f"; behind that {wait(blocked)}" if blocked else ""),
        evidence={
            "stuck_runs": len(stuck),
            "stuck_run": first.name,
            "stuck_run_id": first.id,
            "state": first.state_name,
            "since": first.state_since,
            "worker": first.worker_name or "none recorded: it died before the run was submitted",
            "worker_is_alive": first.worker_name in {worker.name for worker in scene.live_workers(pool)},
            **due_evidence(blocked),
        },
        remedy=(
            *(command("prefect flow-run cancel", run.id) for run in stuck[:RUNS_NAMED]),
            f"Once it is Cancelled, run it again: {command('prefect flow-run retry', first.id)}",
        ),
        run_ids=(*ids(stuck), *ids(blocked)),
    )
