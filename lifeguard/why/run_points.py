"""What the run itself says: when it is to start, who could start it at all, and who has claimed it."""

from lifeguard.diagnose.awaiting_retry_orphaned import orphans, run_again
from lifeguard.diagnose.deployment_limit_leaked import free, lost_count
from lifeguard.diagnose.k8s_no_pod import runs_without_pod
from lifeguard.diagnose.paused_runs import resume
from lifeguard.diagnose.pod_troubles import waiting_troubles
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stuck_pending_orphan import stuck_runs
from lifeguard.diagnose.words import at, held_for, of_owner
from lifeguard.diagnose.zombie_running import is_surely_gone
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.fixable import fix_of
from lifeguard.snapshot import HEARTBEATS
from lifeguard.why.points import Point, Question, clear, holds, unseen


def due(question: Question) -> Point | None:
    """When it is to start; one that was sent back for want of a slot was due when it was first expected."""
    run, now = question.run, question.scene.now
    when = run.next_start
    if when and when > now and not run.waits_for_slot:
        return holds("scheduled-in-future", f"it is to start at {at(when)}, in {short((when - now).total_seconds())}")
    since = run.due_since
    waited = f", {short((now - since).total_seconds())} ago" if since and since <= now else ""
    return clear("scheduled-in-future", f"it was to start at {at(since)}{waited}")


def retry(question: Question) -> Point | None:
    """A retry in the process that ran it is given to no worker (`retry_type`, PrefectHQ/prefect#22847)."""
    run, scene = question.run, question.scene
    if not run.retries_in_process:
        return None
    gone = run.id in {each.id for each in orphans(scene)}
    end = "that process is gone, so it never starts" if gone else "if that process is gone, it never starts"
    fix = [fix_of("awaiting-retry-orphaned", "deployment", run.deployment_id)] if gone and run.deployment_id else []
    return holds(
        "awaiting-retry-orphaned",
        f"it waits for a retry in the process that ran it ({run.state_name} since {at(run.state_since)}), and no worker is "
        f"ever given it: {end}",
        command("prefect flow-run cancel", run.id),
        run_again(run),
        *fix,
    )


def served(question: Question) -> Point | None:
    """Of a run without a work pool: who could start it."""
    run, deployment = question.run, question.deployment
    if run.pool_name:
        return None
    if run.deployment_id is None:
        return holds("no-deployment", "it belongs to no deployment: only the process that made it can run it")
    if deployment is None:
        return holds(
            "deployment-deleted",
            "its deployment is gone, and with it whoever would start it",
            command("prefect flow-run delete", run.id),
        )
    if deployment.is_served:
        return _serving(question)
    return holds(
        "run-orphaned-no-queue",
        f"deployment '{deployment.full_name}' has no work pool (it was never given one, or the pool was deleted), and nobody "
        "has ever asked for its runs",
        "Deploy it into a pool: prefect deploy --pool NAME-OF-A-POOL",
        "Or serve it: start the process that calls serve()",
    )


def _serving(question: Question) -> Point:
    scene, deployment = question.scene, question.deployment
    polled = deployment.last_polled if deployment else None
    patience = max(60.0, scene.snapshot.server.settings.deployment_polled_timeout_seconds)
    said = f"the process that serves it asked for its runs {held_for(scene, polled)} ago"
    if polled and (scene.now - polled).total_seconds() <= patience:
        return clear("served-process-gone", said)
    return holds(
        "served-process-gone",
        f"{said}, and not since: it is gone",
        "Start the process that calls serve() again, under a supervisor such as systemd or Docker",
    )


def paused(question: Question) -> Point | None:
    """Of a paused or suspended run: it waits for a person, or for its pause to end as Failed."""
    run = question.run
    ends = f", or ends as Failed at {at(run.pause_ends)}" if run.pause_ends else ""
    gone = (
        "; its process sends no heartbeat any more, so resuming starts nothing" if question.scene.is_silent(run) else ""
    )
    return holds(
        "run-suspended" if run.is_suspended else "run-paused",
        f"it is {run.state_name} since {at(run.state_since)}, and waits until somebody resumes it{ends}{gone}",
        *resume([run]),
    )


def heard(question: Question) -> Point | None:
    """Of a running run: whether its process still sends heartbeats."""
    run, scene = question.run, question.scene
    beats = scene.snapshot.heartbeats.get(run.id)
    if not scene.sees(HEARTBEATS):
        return unseen("zombie-running", "whether its process sends heartbeats could not be seen")
    if beats is None:
        return clear("zombie-running", "no heartbeat of its process is overdue")
    last = f"its process was last heard at {at(beats.last)}, {held_for(scene, beats.last)} ago"
    if not scene.is_silent(run):
        return clear("zombie-running", last)
    is_gone, owner = is_surely_gone(scene, run), of_owner(scene, run)
    sure = "it is gone" if is_gone else "it may be gone"
    fix = [fix_of("zombie-running", owner.kind, owner.id)] if is_gone and owner else []
    return holds(
        "zombie-running",
        f"{last}, and no longer: {sure}",
        command("prefect flow-run cancel", run.id),
        f"Once it is Cancelled, run it again: {command('prefect flow-run retry', run.id)}",
        *fix,
    )


def claimed(question: Question) -> Point | None:
    """Of a pending run: who has it, for how long, and whether anybody still works on it."""
    run, scene = question.run, question.scene
    who = f"worker '{run.worker_name}'" if run.worker_name else "a worker that left no name"
    said = f"{who} claimed it: {run.state_name} for {held_for(scene, run.state_since)}, since {at(run.state_since)}"
    if not scene.sees("logs of pending runs"):
        return unseen("stuck-pending-orphan", f"{said}; whether it still logs could not be seen")
    if run.id in waiting_troubles(scene) or run.id in {each.id for each in runs_without_pod(scene)}:
        return clear("stuck-pending-orphan", f"{said}; it has handed it on to Kubernetes")
    if run.id not in {each.id for each in stuck_runs(scene)}:
        return clear("stuck-pending-orphan", f"{said}; that is not long, or it still logs")
    return holds(
        "stuck-pending-orphan",
        f"{said}, without a log line: nobody is starting it any more{_of_worker(scene, question)}",
        command("prefect flow-run cancel", run.id),
        f"Once it is Cancelled, run it again: {command('prefect flow-run retry', run.id)}",
        *([fix_of("stuck-pending-orphan", "work-pool", question.pool.id)] if question.pool else []),
    )


def _of_worker(scene: Scene, question: Question) -> str:
    pool, name = question.pool, question.run.worker_name
    if pool is None or name is None or scene.workers(pool) is None:
        return ""
    alive = name in {worker.name for worker in scene.live_workers(pool)}
    return f" ('{name}' is {'alive' if alive else 'not alive'})"


def tag_slots(question: Question) -> Point | None:
    """Of a running run: whether its task runs wait for the limit of a tag, so that it only seems to run."""
    scene = question.scene
    waits = [wait for wait in scene.snapshot.task_waits if wait.flow_run_id == question.run.id]
    if not scene.sees("concurrency limits"):
        return unseen("tag-limit-waiting", "the limits of tags could not be seen")
    if not waits:
        return clear("tag-limit-waiting", "no task run of it waits for the limit of a tag")
    leak = next((scene.leaks[f"tag:{wait.tag}"] for wait in waits if f"tag:{wait.tag}" in scene.leaks), None)
    if leak and (limit := scene.limits_by_name.get(leak.limit_name)):
        return holds(
            "tag-limit-leaked-slots",
            f"its task runs wait for the limit of a tag, which {lost_count(leak, 'task runs')}",
            free(leak),
            fix_of("tag-limit-leaked-slots", "concurrency-limit", limit.id),
        )
    tags = ", ".join(f"{wait.task_runs} for '{wait.tag}' since {at(wait.since)}" for wait in waits)
    return holds(
        "tag-limit-waiting",
        f"its task runs wait for the limit of a tag: {tags}",
        *(command("prefect gcl inspect", f"tag:{wait.tag}") for wait in waits),
    )
