"""What the run itself says: when it is to start, who could start it at all, and who has claimed it."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.stuck_pending_orphan import stuck_runs
from lifeguard.diagnose.words import at, held_for
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.why.points import Point, Question, clear, holds, unseen

IN_PROCESS = "in_process"


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
    run = question.run
    if run.retry_type != IN_PROCESS:
        return None
    return holds(
        "awaiting-retry-orphaned",
        f"it waits for a retry in the process that ran it ({run.state_name} since {at(run.state_since)}), and no worker is "
        "ever given it: if that process is gone, it never starts",
        command("prefect flow-run cancel", run.id),
        f"Then run it again: {command('prefect flow-run retry', run.id)}",
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
    return holds(
        "run-paused",
        f"it is {run.state_name} since {at(run.state_since)}, and waits until somebody resumes it",
        "Press Resume on its page in the Prefect UI; prefect.flow_runs.resume_flow_run does so in code",
    )


def claimed(question: Question) -> Point | None:
    """Of a pending run: who has it, for how long, and whether anybody still works on it."""
    run, scene = question.run, question.scene
    who = f"worker '{run.worker_name}'" if run.worker_name else "a worker that left no name"
    said = f"{who} claimed it: {run.state_name} for {held_for(scene, run.state_since)}, since {at(run.state_since)}"
    if not scene.sees("logs of pending runs"):
        return unseen("stuck-pending-orphan", f"{said}; whether it still logs could not be seen")
    if run.id not in {each.id for each in stuck_runs(scene)}:
        return clear("stuck-pending-orphan", f"{said}; that is not long, or it still logs")
    return holds(
        "stuck-pending-orphan",
        f"{said}, without a log line: nobody is starting it any more{_of_worker(scene, question)}",
        command("prefect flow-run cancel", run.id),
        f"Once it is Cancelled, run it again: {command('prefect flow-run retry', run.id)}",
    )


def _of_worker(scene: Scene, question: Question) -> str:
    pool, name = question.pool, question.run.worker_name
    if pool is None or name is None or scene.workers(pool) is None:
        return ""
    alive = name in {worker.name for worker in scene.live_workers(pool)}
    return f" ('{name}' is {'alive' if alive else 'not alive'})"


def tag_slots(question: Question) -> Point | None:
    """Of a running run: whether its task runs wait for the limit of a tag, so that it only seems to run."""
    waits = [wait for wait in question.scene.snapshot.task_waits if wait.flow_run_id == question.run.id]
    if not question.scene.sees("concurrency limits"):
        return unseen("tag-limit-waiting", "the limits of tags could not be seen")
    if not waits:
        return clear("tag-limit-waiting", "no task run of it waits for the limit of a tag")
    tags = ", ".join(f"{wait.task_runs} for '{wait.tag}' since {at(wait.since)}" for wait in waits)
    return holds(
        "tag-limit-waiting",
        f"its task runs wait for the limit of a tag: {tags}",
        *(command("prefect gcl inspect", f"tag:{wait.tag}") for wait in waits),
    )
