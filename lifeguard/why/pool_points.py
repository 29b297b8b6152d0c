"""What its work pool and its work queue say: paused or not, and whether somebody works there and asks for its queue."""

from collections.abc import Sequence

from lifeguard.diagnose.k8s_worker_down import steps_of
from lifeguard.diagnose.words import at, held_for
from lifeguard.diagnose.worker_deployments import troubles_of
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import Worker
from lifeguard.fixable import fix_of
from lifeguard.why.points import Point, Question, clear, holds, unseen


def pool_there(question: Question) -> Point | None:
    """Whether its pool can be seen at all."""
    run = question.run
    if run.pool_name is None or question.pool:
        return None
    if not question.scene.sees("work pools"):
        return unseen("pool-observation-failed", f"work pool '{run.pool_name}' could not be read")
    return holds(
        "run-orphaned-no-queue",
        f"work pool '{run.pool_name}' is gone, and nobody can pick it up",
        "Deploy it into another one: prefect deploy --pool NAME-OF-A-POOL",
    )


def pool_paused(question: Question) -> Point | None:
    """Whether its pool is paused."""
    pool = question.pool
    if pool is None:
        return None
    if pool.is_paused:
        said = f"work pool '{pool.name}' is paused"
        fix = fix_of("pool-paused", "work-pool", pool.id)
        return holds("pool-paused", said, command("prefect work-pool resume", pool.name), fix)
    return clear("pool-paused", f"work pool '{pool.name}' is not paused")


def queue_paused(question: Question) -> Point | None:
    """Whether its queue is there and not paused; `is_paused` is right where the status is not (PrefectHQ/prefect#13935)."""
    pool, queue = question.pool, question.queue
    if pool is None:
        return None
    if queue is None and not question.scene.sees("work queues"):
        return unseen("queue-paused", "its work queue could not be read")
    if queue is None:
        return holds(
            "run-orphaned-no-queue",
            f"its work queue {question.run.queue_name!r} is gone: workers never ask for it",
            "Deploy it into a queue that exists: prefect deploy --pool NAME-OF-A-POOL",
        )
    if queue.is_paused:
        said = f"work queue '{queue.name}' is paused"
        fix = fix_of("queue-paused", "work-queue", queue.id)
        return holds("queue-paused", said, command("prefect work-queue resume", queue.name, pool=pool.name), fix)
    return clear("queue-paused", f"work queue '{queue.name}' is not paused")


def pool_type(question: Question) -> Point | None:
    """Whether anybody can run work of such a pool on such a server."""
    pool, server = question.pool, question.scene.snapshot.server
    if pool is None:
        return None
    if pool.is_agent_pool:
        return holds(
            "pool-type-prefect-agent",
            f"work pool '{pool.name}' is for the agents of Prefect 2, which Prefect 3 does not have",
            "Deploy it into a pool of another type: prefect deploy --pool NAME-OF-A-POOL",
        )
    if pool.is_workerless and not server.is_cloud:
        return holds(
            "push-pool-on-oss",
            f"work pool '{pool.name}' is of the type {pool.type}, which only Prefect Cloud runs",
            "Deploy it into a pool that workers serve: prefect deploy --pool NAME-OF-A-POOL",
        )
    return None


def workers(question: Question) -> Point | None:
    """Whether somebody works on its pool, by the heartbeats."""
    pool, scene = question.pool, question.scene
    if pool is None or not pool.needs_workers:
        return None
    seen = scene.workers(pool)
    if seen is None:
        return unseen("pool-no-workers", f"the workers of pool '{pool.name}' could not be read")
    live = scene.live_workers(pool)
    heard = _last_sign(question, seen)
    if live:
        return clear("pool-no-workers", f"{len(live)} of {len(seen)} workers of pool '{pool.name}' are alive; {heard}")
    troubles = troubles_of(scene, pool)
    if troubles:
        down = f"the Kubernetes Deployment '{troubles[0].name}' of its workers {troubles[0].says}"
        return holds("k8s-worker-down", f"nobody works on pool '{pool.name}': {down}; {heard}", *steps_of(troubles[0]))
    return holds(
        "pool-no-workers",
        f"nobody works on pool '{pool.name}': {heard}",
        command("prefect worker start", pool=pool.name) + " --with-healthcheck",
    )


def polled(question: Question) -> Point | None:
    """Whether somebody asks for its queue, which only live workers can."""
    pool, queue, scene = question.pool, question.queue, question.scene
    if pool is None or queue is None or not scene.live_workers(pool):
        return None
    last = f"was last polled {held_for(scene, queue.last_polled)} ago" if queue.last_polled else "was never polled"
    if scene.is_polled(queue):
        return clear("queue-not-polled", f"work queue '{queue.name}' {last}")
    return holds(
        "queue-not-polled",
        f"no live worker asks for work queue '{queue.name}': it {last}",
        f"A worker for all queues: {command('prefect worker start', pool=pool.name)}",
        f"Or one for this queue: {command('prefect worker start', pool=pool.name, work_queue=queue.name)}",
    )


def _last_sign(question: Question, seen: Sequence[Worker]) -> str:
    beating = [worker for worker in seen if worker.last_heartbeat]
    last = max(
        beating, key=lambda worker: worker.last_heartbeat.timestamp() if worker.last_heartbeat else 0, default=None
    )
    if last is None or last.last_heartbeat is None:
        return "no worker was ever heard"
    ago = short((question.scene.now - last.last_heartbeat).total_seconds())
    return f"the last heartbeat was that of '{last.name}', {ago} ago at {at(last.last_heartbeat)}"
