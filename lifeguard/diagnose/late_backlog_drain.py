"""late-backlog-drain: workers are back and work off what has piled up; nothing is in the way but its number.

The starts of the last 5 minutes that were due before them, less what became due in that time and still waits, is by how
much the backlog shrank.
"""

from collections.abc import Collection

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, due_runs, ids, of_pool
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import CAUGHT_UP_WITHIN_SECONDS, Pool, Run
from lifeguard.findings import Finding, Severity


def late_backlog_drain(scene: Scene, explained: Collection[str]) -> list[Finding]:
    """Find backlogs that shrink; a warning where the end is further away than the policy wants."""
    findings: list[Finding] = []
    for pool in scene.snapshot.pools:
        due = tuple(run for run in scene.startable(pool) if run.id not in explained)
        gone = _shrank_by(scene, pool, due)
        if len(due) >= scene.policy.backlog_runs and gone > 0 and scene.live_workers(pool) and scene.is_seen(pool):
            findings.append(_finding(scene, pool, due, gone))
    return findings


def _shrank_by(scene: Scene, pool: Pool, due: Collection[Run]) -> int:
    """Zero where the pool was not asked about."""
    new = sum(1 for run in due if run.overdue_seconds(scene.now) < CAUGHT_UP_WITHIN_SECONDS)
    return scene.snapshot.caught_up.get(pool.id, 0) - new


def _finding(scene: Scene, pool: Pool, due: tuple[Run, ...], gone: int) -> Finding:
    left = len(due) / gone * CAUGHT_UP_WITHIN_SECONDS
    is_slow = left > scene.policy.for_pool(pool.name).backlog_target_seconds
    raised = command("prefect work-pool set-concurrency-limit", pool.name, str(len(scene.live_workers(pool)) * 10))
    bound = () if pool.concurrency_limit else (f"A bound, so that they do not all run at once: {raised}",)
    return Finding(
        code="late-backlog-drain",
        severity=Severity.WARNING if is_slow else Severity.INFO,
        resource=of_pool(pool),
        title=f"Work pool '{pool.name}' works off a backlog: {due_runs(due)}; {gone} fewer than "
        f"{short(CAUGHT_UP_WITHIN_SECONDS)} ago, so gone in about {short(left)} at this pace",
        evidence={
            "workers_online": len(scene.live_workers(pool)),
            "shrank_by": gone,
            "gone_in": short(left),
            "concurrency_limit": pool.concurrency_limit,
            **due_evidence(due),
        },
        remedy=(
            f"Faster, with one more worker: {command('prefect worker start', pool=pool.name)}",
            *bound,
            f"What is no longer wanted: {command('prefect flow-run cancel', due[0].id)}",
        ),
        run_ids=ids(due),
    )
