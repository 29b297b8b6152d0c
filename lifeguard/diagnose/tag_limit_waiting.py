"""tag-limit-waiting: limits of tags hold back task runs, so the flow run shows RUNNING and hangs. They hold no flow run."""

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, is_older, runs
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Limit, TaskWait
from lifeguard.findings import Finding, Resource, Severity

TAG_PREFIX = "tag:"


def tag_limit_waiting(scene: Scene) -> list[Finding]:
    """Find full limits of tags that task runs of running flows wait for; a warning once the first waits for too long."""
    others = [wait for wait in scene.snapshot.task_waits if not _is_ours(scene, wait)]
    waits = grouped(others, lambda wait: wait.tag)
    return [
        _finding(scene, limit, waits[limit.name.removeprefix(TAG_PREFIX)])
        for limit in scene.snapshot.limits
        if limit.name.startswith(TAG_PREFIX) and limit.is_full and limit.limit > 0
        if limit.name.removeprefix(TAG_PREFIX) in waits
    ]


def _is_ours(scene: Scene, wait: TaskWait) -> bool:
    run = scene.runs_by_id.get(wait.flow_run_id)
    return run is not None and OWN_TAG in run.tags


def _finding(scene: Scene, limit: Limit, waits: tuple[TaskWait, ...]) -> Finding:
    ordered = sorted(waits, key=lambda wait: (wait.since, wait.flow_run_id))
    since, tag = ordered[0].since, limit.name.removeprefix(TAG_PREFIX)
    tasks = sum(wait.task_runs for wait in waits)
    run = scene.runs_by_id.get(ordered[0].flow_run_id)
    patience = scene.policy.for_pool(run.pool_name if run else None).wait_warning_after_seconds
    return Finding(
        code="tag-limit-waiting",
        severity=Severity.WARNING if is_older(scene, since, patience) else Severity.INFO,
        resource=Resource("concurrency-limit", limit.id, limit.name),
        title=f"The limit of the tag '{tag}' is full ({limit.active_slots} of {limit.limit}): "
        f"{tasks} task {'run' if tasks == 1 else 'runs'} of {runs(len(waits))} that {'is' if len(waits) == 1 else 'are'} "
        f"RUNNING {'waits' if tasks == 1 else 'wait'}, the oldest since {at(since)}",
        evidence={
            **({"work_pool": run.pool_name} if run and run.pool_name else {}),
            "active_slots": limit.active_slots,
            "concurrency_limit": limit.limit,
            "waiting_task_runs": tasks,
            "waiting_flow_run": run.name if run else ordered[0].flow_run_id,
            "waiting_since": since,
        },
        remedy=(
            command("prefect gcl inspect", limit.name),
            command("prefect gcl update", limit.name, limit=2 * limit.limit),
        ),
        run_ids=tuple(wait.flow_run_id for wait in ordered),
    )
