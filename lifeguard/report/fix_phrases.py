"""The sentences of a fix. They are not escaped yet: each format does that itself."""

from collections.abc import Sequence

import orjson

from lifeguard.findings import Finding
from lifeguard.fixes import StepDone, StepFate
from lifeguard.remedies.plan import Plan
from lifeguard.remedies.steps import Step


def call(step: Step, api_url: str) -> str:
    """The call that a step is."""
    body = "" if step.call.body is None else f"  {orjson.dumps(step.call.body).decode()}"
    return f"{step.call.method} {api_url}/{step.call.path}{body}"


def left(plan: Plan) -> str:
    """How many steps there would be beyond those that are done at a time."""
    return f"{plan.left} more: {len(plan.steps)} are done at a time (--at-most)"


def how_to_do_it(plan: Plan, api_url: str) -> str:
    """The last line of a plan: the command to type."""
    return f"Nothing was changed on {api_url}. To do it: {done_by(plan)}"


def done_by(plan: Plan) -> str:
    """The command that does what this plan shows."""
    return plan.command.replace("lifeguard fix", "lifeguard fix --yes", 1)


def end(plan: Plan, steps: Sequence[StepDone], held: bool | None, again: Finding | None) -> str:
    """What came of it, and what is next."""
    is_whole = not any(step.fate in (StepFate.FAILED, StepFate.NOT_TRIED) for step in steps)
    did = [step for step in steps if step.fate is StepFate.DONE]
    if held is None:
        return "Whether it held could not be seen: `lifeguard check` looks again."
    if plan.left or not is_whole:
        still = f"; still: {again.title}" if again else ""
        return f"{len(did)} of {len(steps) + plan.left} steps were done{still}. {_next(plan)}"
    if not held:
        return f"Not held: {again.title if again else 'it is still so'}. {_next(plan)}"
    return "Held: it is no longer so." if did else "Nothing was done: it is over already."


def _next(plan: Plan) -> str:
    return f"To go on: {done_by(plan)}" if plan.left else "`lifeguard check` shows how it stands."
