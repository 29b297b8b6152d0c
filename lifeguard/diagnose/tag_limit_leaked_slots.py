"""tag-limit-leaked-slots: the limit of a tag counts slots as taken that no task run holds (PrefectHQ/prefect#20090).

With Prefect's default lease storage a restart of the server is enough. `prefect concurrency-limit reset` prints success
and changes nothing (3.8.8); the counter itself has to be set.
"""

from lifeguard.diagnose.deployment_limit_leaked import KEEP_LEASES, free, lost_count
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import in_pool
from lifeguard.facts import OWN_TAG, Leak, Limit, TaskWait
from lifeguard.findings import Finding, Resource, Severity

TAG_PREFIX = "tag:"


def tag_limit_leaked_slots(scene: Scene) -> list[Finding]:
    """Find full limits of tags with more slots taken than task runs hold; critical where task runs wait and none holds one."""
    return [
        _finding(scene, limit, scene.leaks[limit.name])
        for limit in scene.snapshot.limits
        if limit.name.startswith(TAG_PREFIX) and limit.name in scene.leaks
    ]


def _finding(scene: Scene, limit: Limit, leak: Leak) -> Finding:
    tag = limit.name.removeprefix(TAG_PREFIX)
    waits = sorted(_waits(scene, tag), key=lambda wait: (wait.since, wait.flow_run_id))
    tasks = sum(wait.task_runs for wait in waits)
    run = scene.runs_by_id.get(waits[0].flow_run_id) if waits else None
    return Finding(
        code="tag-limit-leaked-slots",
        severity=Severity.CRITICAL if waits and leak.held == 0 else Severity.WARNING,
        resource=Resource("concurrency-limit", limit.id, limit.name),
        title=f"The limit of the tag '{tag}' {lost_count(leak, 'task runs')}"
        + (f"; {tasks} task {'run waits' if tasks == 1 else 'runs wait'}" if tasks else ""),
        evidence={
            **in_pool(run.pool_name if run else None),
            "active_slots": leak.active_slots,
            "concurrency_limit": limit.limit,
            "held_slots": leak.held,
            "waiting_task_runs": tasks,
            "waiting_flow_run": run.name if run else None,
        },
        remedy=(free(leak), KEEP_LEASES),
        run_ids=tuple(dict.fromkeys(wait.flow_run_id for wait in waits)),
        is_confirmed=False,
    )


def _waits(scene: Scene, tag: str) -> list[TaskWait]:
    known = scene.runs_by_id
    waits = (wait for wait in scene.snapshot.task_waits if wait.tag == tag)
    return [wait for wait in waits if wait.flow_run_id not in known or OWN_TAG not in known[wait.flow_run_id].tags]
