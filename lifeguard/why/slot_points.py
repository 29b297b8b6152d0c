"""The limits that it has to pass, who holds their slots, and who comes before it."""

from collections.abc import Sequence

from lifeguard.case import RATE_SECONDS
from lifeguard.diagnose.deployment_limit_leaked import free, lost_count
from lifeguard.diagnose.words import as_holders, at, held_by, longest_first
from lifeguard.diagnose.zombie_running import silent_runs
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import Holder
from lifeguard.fixable import fix_of
from lifeguard.why.points import Point, Question, clear, holds, unseen


def pool_slots(question: Question) -> Point | None:
    """Whether its pool has a free slot."""
    pool = question.pool
    if pool is None:
        return None
    what = f"work pool '{pool.name}'"
    if pool.concurrency_limit is None:
        return clear("pool-limit-saturated", f"{what} has no concurrency limit")
    taken = pool.active_slots
    if taken is None:
        taken = len(question.scene.active_by_pool.get(pool.id, ()))
    raised = command("prefect work-pool set-concurrency-limit", pool.name, str(pool.concurrency_limit + 1))
    look = command("prefect work-pool slots", pool.name)
    holders = pool_holders(question)
    return _slots(question, "pool-limit-saturated", what, taken, pool.concurrency_limit, holders, look, raised)


def queue_slots(question: Question) -> Point | None:
    """Whether its queue has one."""
    pool, queue = question.pool, question.queue
    if pool is None or queue is None:
        return None
    what = f"work queue '{queue.name}'"
    if queue.concurrency_limit is None:
        return clear("queue-limit-saturated", f"{what} has no concurrency limit")
    holders = tuple(holder for holder in pool_holders(question) if holder.queue_id == queue.id)
    taken = len(holders) if queue.active_slots is None else queue.active_slots
    limit = queue.concurrency_limit
    look = command("prefect work-queue slots", queue.name, pool=pool.name)
    raised = command("prefect work-queue set-concurrency-limit", queue.name, str(limit + 1), pool=pool.name)
    return _slots(question, "queue-limit-saturated", what, taken, limit, holders, look, raised)


def deployment_slots(question: Question) -> Point | None:
    """Whether its deployment has one; the server sends it back for a while each time it has none."""
    run, deployment = question.run, question.deployment
    if deployment is None:
        return None
    what, limit = f"deployment '{deployment.full_name}'", deployment.limit
    if limit is None:
        return clear("deployment-limit-waiting", f"{what} has no concurrency limit")
    leak = question.scene.leaks.get(limit.name)
    if leak and limit.is_full:
        fix = fix_of("deployment-limit-leaked", "deployment", deployment.id)
        return holds("deployment-limit-leaked", f"the limit of {what} {lost_count(leak, 'its runs')}", free(leak), fix)
    raised = command("prefect gcl update", limit.name, limit=limit.limit + 1)
    holders = deployment_holders(question)
    point = _slots(question, "deployment-limit-waiting", what, limit.active_slots, limit.limit, holders, raised)
    if not run.waits_for_slot:
        return point
    again = f"; the server sent it back, and lets it try again at {at(run.next_start)}"
    return holds(point.code, point.says + again, *(point.next or (raised,)))


def line(question: Question) -> Point | None:
    """How many runs are handed out before it."""
    before, seen = question.case.line.before, question.case.line
    if question.queue is None:
        return None
    if before is None:
        return unseen("head-of-line-congestion", "how many runs come before it could not be counted")
    if not before:
        return clear("head-of-line-congestion", "no due run comes before it")
    behind = f"; {seen.in_queues_before:,} of them in queues of a higher priority" if seen.in_queues_before else ""
    come = "1 due run comes" if before == 1 else f"{before:,} due runs come"
    return holds("head-of-line-congestion", f"{come} before it{behind}{_pace(question, before)}")


def _pace(question: Question, before: int) -> str:
    """How fast the line moves, which says nothing of the time to come where nobody works."""
    pool, began = question.pool, question.case.line.began_lately
    if pool is None or began is None or (pool.needs_workers and not question.scene.live_workers(pool)):
        return ""
    runs = "1 run of its pool" if began == 1 else f"{began:,} runs of its pool"
    turn = f", so that its turn comes in about {short(before / began * RATE_SECONDS)} at this pace" if began else ""
    return f"; {runs} began in the last {short(RATE_SECONDS)}{turn}"


def pool_holders(question: Question) -> tuple[Holder, ...]:
    """Who holds the slots of its pool, longest first."""
    pool, scene = question.pool, question.scene
    if pool is None:
        return ()
    seen = scene.snapshot.holders.get(pool.id) or as_holders(scene.active_by_pool.get(pool.id, ()))
    return longest_first(scene, seen)


def deployment_holders(question: Question) -> tuple[Holder, ...]:
    """Who holds those of its deployment, longest first."""
    active = question.scene.active_by_deployment.get(question.run.deployment_id, ())
    return longest_first(question.scene, as_holders([run for run in active if run.id != question.run.id]))


def _slots(
    question: Question, code: str, what: str, taken: int, limit: int, holders: Sequence[Holder], *next: str
) -> Point:
    if limit == 0:
        return holds("limit-set-to-zero", f"the concurrency limit of {what} is 0, which lets nothing start", *next[-1:])
    if taken < limit:
        return clear(code, f"{taken} of {limit} slots of {what} are taken")
    said = f"{taken} of {limit} slots of {what} are taken: held by {held_by(holders)}"
    silent = _silent_holder(question, holders)
    if silent:
        gone = f"; '{silent.run_name}' shows RUNNING, and its process sends no heartbeat any more"
        return holds(code, said + gone, command("prefect flow-run cancel", silent.run_id), *next)
    stuck = f"If the holder is stuck: {command('prefect flow-run cancel', holders[0].run_id)}" if holders else None
    return holds(code, said, *next, *([stuck] if stuck else []))


def _silent_holder(question: Question, holders: Sequence[Holder]) -> Holder | None:
    """The first holder whose process was heard and is no longer."""
    silent = {run.id for run in silent_runs(question.scene)}
    return next((holder for holder in holders if holder.run_id in silent), None)
