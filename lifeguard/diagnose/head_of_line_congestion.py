"""head-of-line-congestion: a poll hands out 200 runs at most, and all of them are of deployments that are full.

The order is the queue's priority, then time (PrefectHQ/prefect#19403). Each refused run comes back within 30 s, so that
those behind it may never be handed out, although nothing else holds them back.
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import due_evidence, ids, is_older, of_pool, runs, wait
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run
from lifeguard.findings import Finding, Severity

BLOCKED_SHARE = 0.75
"""150 of the first 200 (causes.md, 37)."""


def head_of_line_congestion(scene: Scene) -> list[Finding]:
    """Find pools whose next page of runs is blocked; critical once those behind waited for too long and nothing starts."""
    if not scene.sees_demand:
        return []
    return [finding for pool in scene.snapshot.pools if scene.is_seen(pool) and (finding := _of_pool(scene, pool))]


def _of_pool(scene: Scene, pool: Pool) -> Finding | None:
    page_size = scene.snapshot.server.settings.page_size
    line = _line(scene, pool)
    head = [run for run in line[:page_size] if _is_blocked(scene, run)]
    behind = [run for run in line[page_size:] if not _is_blocked(scene, run)]
    if not behind or len(head) < BLOCKED_SHARE * page_size:
        return None
    return _finding(scene, pool, head, tuple(sorted(behind, key=lambda run: (run.due_since or scene.now, run.id))))


def _line(scene: Scene, pool: Pool) -> list[Run]:
    """The due runs in the order in which polls hand them out."""
    priorities = {queue.id: queue.priority or 0 for queue in scene.queues_by_pool.get(pool.id, ())}
    due = [run for run in scene.startable(pool) if not scene.is_backing_off(run)]
    return sorted(due, key=lambda run: (priorities.get(run.queue_id or "", 0), run.next_start or scene.now, run.id))


def _is_blocked(scene: Scene, run: Run) -> bool:
    """What a full deployment cancels instead of sending back (CANCEL_NEW) stands in nobody's way."""
    limit = scene.deployment_limit(run.deployment_id)
    deployment = scene.snapshot.deployments.get(run.deployment_id or "")
    is_cancelled = deployment is not None and deployment.collision_strategy == "CANCEL_NEW"
    return limit is not None and limit.is_full and not is_cancelled


def _finding(scene: Scene, pool: Pool, head: list[Run], behind: tuple[Run, ...]) -> Finding:
    patience = scene.policy.for_pool(pool.name).wait_warning_after_seconds
    is_long = behind[0].overdue_seconds(scene.now) > patience
    deployments = sorted({run.deployment_id or "" for run in head})
    first = scene.snapshot.deployments.get(deployments[0])
    name = first.full_name if first else deployments[0]
    return Finding(
        code="head-of-line-congestion",
        severity=Severity.CRITICAL if is_long and not _starts(scene, pool) else Severity.WARNING,
        resource=of_pool(pool),
        title=f"In work pool '{pool.name}' {runs(len(head))} of full deployments, such as '{name}', come first and take up "
        f"what a poll hands out; behind them {wait(behind)}",
        evidence={
            "runs_in_front": len(head),
            "handed_out_at_once": scene.snapshot.server.settings.page_size,
            "full_deployments": len(deployments),
            "first_full_deployment": name,
            **due_evidence(behind),
        },
        remedy=(
            f"Give what is full a queue of a lower priority, and deploy it there: "
            f"{command('prefect work-queue create', 'NAME-OF-A-QUEUE', pool=pool.name, priority=100)}",
            f"Or let it cancel what it cannot start: {_redeploy(name)}",
        ),
        run_ids=ids(behind),
    )


def _starts(scene: Scene, pool: Pool) -> bool:
    """Whether a run of the pool was claimed within the last minute."""
    active = scene.active_by_pool.get(pool.id, ())
    return any(run.state_since and not is_older(scene, run.state_since, 60) for run in active)


def _redeploy(name: str) -> str:
    return command("prefect deploy", name=name, collision_strategy="CANCEL_NEW")
