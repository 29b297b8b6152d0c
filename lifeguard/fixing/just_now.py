"""How the thing of a step stands just now: what makes the step needless or wrong, and whether what it did holds."""

from collections.abc import Mapping
from typing import Any

from lifeguard.diagnose.scene import DEPLOYMENT_LIMIT_PREFIX
from lifeguard.facts import IN_PROCESS, OWN_TAG, Run
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.heartbeats import last_heard
from lifeguard.observe.leaks import held_by_runs
from lifeguard.observe.pool_paths import pool_path
from lifeguard.observe.tag_slots import held_by_tasks
from lifeguard.remedies.steps import DeleteWorker, HandOver, SetSlots, SetState, Step, Switch

Row = Mapping[str, Any]
GONE = "it is no longer there"
NOT_FOUND = 404


async def obstacle(api: Api, step: Step) -> str | None:
    """Why this step is not to be done any more; None where all is as it was planned for. Raises `CallFailed`."""
    try:
        match step:
            case Switch():
                return await _switched(api, step)
            case SetState():
                return await _gone_on(api, step)
            case HandOver():
                return await _retried(api, step)
            case SetSlots():
                return await _counted_again(api, step)
            case DeleteWorker():
                return None if await _is_known(api, step) else "it was heard again, or its record is gone"
    except CallFailed as failure:
        if failure.status == NOT_FOUND:
            return GONE
        raise


async def holds(api: Api, step: Step) -> bool:
    """Whether it is so now; raises `CallFailed`."""
    match step:
        case Switch():
            row = await _switch(api, step)
            return row is not None and row[step.column] is step.wanted
        case SetState():
            now = await _run(api, step.run)
            is_as_wanted = now.state_type == step.type or step.type == "SCHEDULED"
            return is_as_wanted and not _is_same_state(now, step.run)
        case HandOver():
            return (await _run(api, step.run)).retry_type != IN_PROCESS
        case SetSlots():
            taken, held = await _slots(api, step)
            return taken <= max(held, step.held)
        case DeleteWorker():
            return not await _is_known(api, step)


async def _switched(api: Api, step: Switch) -> str | None:
    row = await _switch(api, step)
    if row is None:
        return GONE
    return "somebody has done it already" if row[step.column] is step.wanted else None


async def _switch(api: Api, step: Switch) -> Row | None:
    """The row of it; schedules come as a list. What has its name but another id was made anew."""
    found: Row | list[Row] = await api.get(step.read)
    rows = found if isinstance(found, list) else [found]
    return next((row for row in rows if row["id"] == step.id), None)


async def _gone_on(api: Api, step: SetState) -> str | None:
    now = await _run(api, step.run)
    if stopped := _refusal(now, step.run):
        return stopped
    heard = await last_heard(api, now.id, utc_now()) if step.heard else None
    return "its process was heard again" if step.heard and heard and heard > step.heard else None


async def _retried(api: Api, step: HandOver) -> str | None:
    now = await _run(api, step.run)
    if stopped := _refusal(now, step.run):
        return stopped
    return None if now.retry_type == IN_PROCESS else "somebody has done it already"


def _refusal(now: Run, seen: Run) -> str | None:
    if OWN_TAG in now.tags:
        return "it is one of Lifeguard's own runs"
    return None if _is_same_state(now, seen) else f"it has gone on and is {now.state_name} now"


def _is_same_state(now: Run, seen: Run) -> bool:
    """A state has a time of its own, so that one which was left and entered again is another."""
    return (now.state_type, now.state_since) == (seen.state_type, seen.state_since)


async def _run(api: Api, run: Run) -> Run:
    return answers.run(await api.get(f"flow_runs/{run.id}"))


async def _counted_again(api: Api, step: SetSlots) -> str | None:
    taken, held = await _slots(api, step)
    if taken != step.active_slots:
        return f"the counter has moved and is {taken} now"
    return None if held == step.held else f"{held} {'slot is' if held == 1 else 'slots are'} held now"


async def _slots(api: Api, step: SetSlots) -> tuple[int, int]:
    """What the counter says, and what is held; the holders are read first, so that a new one is not taken for a leak."""
    of_deployment = step.limit.name.startswith(DEPLOYMENT_LIMIT_PREFIX)
    held = await (held_by_runs if of_deployment else held_by_tasks)(api, step.limit, step.page_size)
    return answers.limit(await api.get(f"v2/concurrency_limits/{step.limit.id}")).active_slots, held


async def _is_known(api: Api, step: DeleteWorker) -> bool:
    """Whether there is still a record of this name that was last heard just then."""
    then = step.heard.isoformat()
    asked = {"workers": {"last_heartbeat_time": {"after_": then, "before_": then}}}
    rows: list[Row] = await api.post(pool_path(step.pool.name, "workers/filter"), asked)
    return any(row["name"] == step.worker.name for row in rows)
