"""The words that the checks share, so that one thing is always said in one way."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.durations import short
from lifeguard.facts import Deployment, Holder, Pool, Queue, Run, seconds
from lifeguard.findings import Evidence, Resource, Severity

HOLDERS_NAMED = 5


def at(time: datetime | None) -> str:
    """A time as people read it, always in UTC."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else "an unknown time"


def runs(number: int) -> str:
    """A number of runs."""
    return "1 run" if number == 1 else f"{number} runs"


def due_runs(due: Sequence[Run]) -> str:
    """How many runs are overdue and since when, for a sentence."""
    return f"{runs(len(due))} overdue, the oldest since {at(due[0].due_since)}"


def wait(due: Sequence[Run]) -> str:
    """That runs wait, and since when, for a sentence."""
    return f"{runs(len(due))} {'waits' if len(due) == 1 else 'wait'}, the oldest since {at(due[0].due_since)}"


def of_pool(pool: Pool) -> Resource:
    """The pool as a finding's resource."""
    return Resource("work-pool", pool.id, pool.name)


def of_queue(queue: Queue) -> Resource:
    """The queue as a finding's resource."""
    return Resource("work-queue", queue.id, queue.name)


def of_deployment(deployment: Deployment) -> Resource:
    """The deployment as a finding's resource."""
    return Resource("deployment", deployment.id, deployment.full_name)


def due_evidence(due: Sequence[Run]) -> Evidence:
    """What proves that work is due."""
    if not due:
        return {"overdue_runs": 0}
    return {"overdue_runs": len(due), "oldest_run": due[0].name, "oldest_run_expected": due[0].due_since}


def demand_evidence(scene: Scene, pool_name: str | None, due: Sequence[Run], soon: Sequence[Run]) -> Evidence:
    """How much work waits for what is paused or cannot run; nothing is said of runs that could not be seen."""
    return {**due_evidence(due), "expected_soon": len(soon)} if scene.sees_demand_of(pool_name) else {}


def ids(due: Sequence[Run]) -> tuple[str, ...]:
    """The ids of runs, in their order."""
    return tuple(run.id for run in due)


def by_patience(scene: Scene, due: Sequence[Run], patience_seconds: float, beyond: Severity) -> Severity:
    """`beyond` once the oldest run has waited for longer than the patience, and one step less until then."""
    if not due:
        return Severity.INFO
    if due[0].overdue_seconds(scene.now) > patience_seconds:
        return beyond
    return Severity.WARNING if beyond is Severity.CRITICAL else Severity.INFO


def held_for(scene: Scene, since: datetime | None) -> str:
    """How long something has lasted."""
    return "an unknown time" if since is None else short((scene.now - since).total_seconds())


def of_owner(scene: Scene, run: Run) -> Resource | None:
    """The work pool of a run, or its deployment where it has none; None where neither was looked at."""
    pool = scene.pools_by_id.get(run.pool_id or "")
    deployment = scene.snapshot.deployments.get(run.deployment_id or "")
    return of_pool(pool) if pool else of_deployment(deployment) if deployment and not run.pool_name else None


def called(resource: Resource) -> str:
    """The resource for a sentence."""
    return f"{resource.kind.replace('-', ' ')} '{resource.name}'"


def in_pool(pool_name: str | None) -> Evidence:
    """The work pool as evidence, where there is one."""
    return {"work_pool": pool_name} if pool_name else {}


def as_holders(active: Sequence[Run]) -> tuple[Holder, ...]:
    """Active runs as the holders of slots, for limits whose holders the API does not list."""
    return tuple(Holder(run.id, run.name, run.queue_id or "", run.state_name, run.state_since) for run in active)


def longest_first(scene: Scene, holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """The holders, the one that has held its slot for longest first: it is named, and it is the one to look at."""
    return tuple(sorted(holders, key=lambda holder: (holder.since or scene.now, holder.run_id)))


def holder_evidence(scene: Scene, holders: Sequence[Holder]) -> Evidence:
    """The first holders by name, id, state and time in it; they come in the order of `longest_first`."""
    named: dict[str, str] = {}
    for number, holder in enumerate(holders[:HOLDERS_NAMED], start=1):
        named[f"holder_{number}"] = (
            f"{holder.run_name} ({holder.run_id}) {holder.state_name} "
            f"for {held_for(scene, holder.since)}, since {at(holder.since)}"
        )
    return {"holders_seen": len(holders), **named}


def saturation_evidence(
    scene: Scene, slots: int | None, limit: int | None, holders: Sequence[Holder], due: Sequence[Run]
) -> Evidence:
    """What proves that a limit is full, and that somebody waits for it."""
    return {
        "active_slots": slots,
        "concurrency_limit": limit,
        **holder_evidence(scene, holders),
        **due_evidence(due),
    }


def held_by(holders: Sequence[Holder]) -> str:
    """Who holds the slots, for a sentence: the run that has held one for longest, and how many more."""
    if not holders:
        return "no run that could be seen"
    first = holders[0]
    more = f" and {len(holders) - 1} more" if len(holders) > 1 else ""
    return f"'{first.run_name}' ({first.state_name} since {at(first.since)}){more}"


def is_older(scene: Scene, since: datetime | None, than_seconds: float) -> bool:
    """Whether something has lasted for longer than a number of seconds."""
    return since is not None and scene.now - since > seconds(than_seconds)
