"""Doing a plan: one step after the other, each proven by reading back; the first that fails stops the rest."""

from collections.abc import Callable, Sequence

import anyio

from lifeguard.fixes import StepDone, StepFate
from lifeguard.fixing.just_now import holds, obstacle
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.remedies.steps import HandOver, Step

HOLDS_WITHIN_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.25
STOPPED = "the step before it failed"

Tell = Callable[[StepDone], None]


async def carry_out(api: Api, steps: Sequence[Step], tell: Tell) -> tuple[StepDone, ...]:
    """Do them; `tell` hears of each as soon as it is over. Raises nothing."""
    done: list[StepDone] = []
    for step in steps:
        has_failed = bool(done) and done[-1].fate in (StepFate.FAILED, StepFate.NOT_TRIED)
        done.append(StepDone(step.says, StepFate.NOT_TRIED, STOPPED) if has_failed else await _one(api, step))
        tell(done[-1])
    return tuple(done)


async def _one(api: Api, step: Step) -> StepDone:
    try:
        why_not = await obstacle(api, step)
        if why_not:
            return StepDone(step.says, StepFate.SKIPPED, why_not)
        return await _done(api, step)
    except CallFailed as failure:
        return StepDone(step.says, StepFate.FAILED, failure.reason)
    except ANOTHER_SHAPE:
        return StepDone(step.says, StepFate.FAILED, "the answer is not what Prefect answers")


async def _done(api: Api, step: Step) -> StepDone:
    """A call without an answer may have been heard, so what counts is what is there afterwards."""
    try:
        await api.change(step.call.method, step.call.path, await _body(api, step))
    except CallFailed as failure:
        if not await holds(api, step):
            return StepDone(step.says, StepFate.FAILED, failure.reason)
    if await _holds_within(api, step, HOLDS_WITHIN_SECONDS):
        return StepDone(step.says, StepFate.DONE)
    return StepDone(step.says, StepFate.FAILED, f"it was done, and is not so {HOLDS_WITHIN_SECONDS:g} s later")


async def _body(api: Api, step: Step) -> object:
    """That of the plan; of a policy, all that the server has, since it replaces the whole."""
    if not isinstance(step, HandOver):
        return step.call.body
    policy = (await api.get(f"flow_runs/{step.run.id}"))["empirical_policy"]
    wanted = (step.call.body or {})["empirical_policy"]
    return {"empirical_policy": {**policy, **wanted}}


async def _holds_within(api: Api, step: Step, seconds: float) -> bool:
    with anyio.move_on_after(seconds):
        while not await holds(api, step):
            await anyio.sleep(LOOK_EVERY_SECONDS)
        return True
    return False
