"""The answer about one run: the first thing that holds it back is the cause, the rest stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from lifeguard.case import Case
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at
from lifeguard.durations import short
from lifeguard.facts import Deployment, Holder, Run
from lifeguard.incidents import Incident
from lifeguard.policy import Policy
from lifeguard.signatures.sign import Sign
from lifeguard.what_changed import WhatChanged
from lifeguard.why import pod_points, pool_points, run_points, slot_points
from lifeguard.why.points import Answer, Ask, Point, Question

WAITING: Sequence[Ask] = (
    run_points.due,
    run_points.served,
    pool_points.pool_there,
    run_points.retry,
    pool_points.pool_paused,
    pool_points.queue_paused,
    pool_points.pool_type,
    pool_points.workers,
    pool_points.polled,
    slot_points.pool_slots,
    slot_points.queue_slots,
    slot_points.deployment_slots,
    slot_points.line,
)
"""What can hold back a run that nobody has claimed, in the order of explanation."""
PENDING: Sequence[Ask] = (run_points.claimed, pod_points.pod, pool_points.workers)
CRASHED: Sequence[Ask] = (pod_points.died,)
RUNNING: Sequence[Ask] = (pod_points.died, run_points.heard, run_points.tag_slots)
PAUSED: Sequence[Ask] = (run_points.paused,)
NOT_CLEARED_BY_A_WORKER = frozenset({"pool-no-workers", "queue-not-polled", "head-of-line-congestion"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a run. `earlier` is what the history has of the time in which it waited, for one that began late.

    `changed` is what was done since an hour before it was due, None where that was not asked.
    `history` is one sentence where the history could not be asked, None where it could or was not needed. `signs` are those of
    log files that were given with the question.
    """

    case: Case
    points: tuple[Point, ...]
    headline: str
    outlook: str | None = None
    holders: tuple[Holder, ...] = ()
    earlier: tuple[Incident, ...] = ()
    history: str | None = None
    signs: tuple[Sign, ...] = ()
    changed: WhatChanged | None = None

    @property
    def run(self) -> Run:
        """The run in question."""
        return self.case.run

    @property
    def deployment(self) -> Deployment | None:
        """Its deployment, where that was seen."""
        return self.case.snapshot.deployments.get(self.run.deployment_id or "")

    @property
    def holding(self) -> tuple[Point, ...]:
        """What holds it back, the cause first."""
        return tuple(point for point in self.points if point.answer is Answer.HOLDS)

    @property
    def is_held(self) -> bool | None:
        """Whether something that should not be stands in its way; None where that could not be seen."""
        obstacles = [point for point in self.holding if point.code != "scheduled-in-future"]
        if obstacles:
            return True
        return None if any(point.answer is Answer.UNSEEN for point in self.points) else False

    @property
    def next(self) -> tuple[str, ...]:
        """What to do about the cause."""
        return self.holding[0].next if self.holding else ()


def explain(case: Case, policy: Policy) -> Explanation:
    """Judge a case by the server's clock."""
    question = Question(case, Scene(case.snapshot, policy, case.snapshot.taken_at))
    points = tuple(point for ask in _asks(case.run) if (point := ask(question)))
    return Explanation(
        case=case,
        points=points,
        headline=_headline(question, points),
        outlook=_outlook(question, points),
        holders=_holders(question, points),
    )


def _asks(run: Run) -> Sequence[Ask]:
    if run.is_scheduled:
        return WAITING
    return {"PENDING": PENDING, "RUNNING": RUNNING, "PAUSED": PAUSED, "CRASHED": CRASHED}.get(run.state_type, ())


def _headline(question: Question, points: Sequence[Point]) -> str:
    run = question.run
    held = next((point for point in points if point.answer is Answer.HOLDS), None)
    if run.is_scheduled:
        return _capitalized(held.says) if held else _nothing_known(points)
    if points and not run.is_running:
        return _capitalized((held or points[0]).says)
    if held:
        return f"It runs since {at(run.started)}, but {held.says}"
    return begun(run)


def _nothing_known(points: Sequence[Point]) -> str:
    if any(point.answer is Answer.UNSEEN for point in points):
        return "Nothing that could be seen holds it back, but not everything could be seen"
    return (
        "Nothing holds it back that Prefect tells of: a worker should take it within seconds, unless all of them are at their "
        "own --limit"
    )


def begun(run: Run) -> str:
    """When it began, how late that was, and what became of it."""
    if run.started is None or not run.run_count:
        return f"It never began: {run.state_name}{f', {run.state_message}' if run.state_message else ''}"
    late = f", {short(waited_seconds(run))} after it was due" if waited_seconds(run) >= 1 else ", in time"
    return f"It began at {at(run.started)}{late}; it is {run.state_name}"


def waited_seconds(run: Run) -> float:
    """How long after it was expected it began, or zero."""
    if run.started is None or run.expected_start is None:
        return 0.0
    return max(0.0, (run.started - run.expected_start).total_seconds())


def _outlook(question: Question, points: Sequence[Point]) -> str | None:
    """What would happen if a worker came now."""
    lacking = [point for point in points if point.code == "pool-no-workers" and point.answer is Answer.HOLDS]
    if not lacking or not question.run.is_scheduled:
        return None
    others = [p for p in points if p.answer is Answer.HOLDS and p.code not in NOT_CLEARED_BY_A_WORKER]
    if others:
        return f"A worker that comes now would not start it yet: {others[0].says}"
    before = question.case.line.before
    if before:
        ahead = "one run that is" if before == 1 else f"{before:,} runs that are"
        return f"A worker that comes now first starts the {ahead} due before it"
    return "A worker that comes now takes it when it first asks, within seconds" if before == 0 else None


def _holders(question: Question, points: Sequence[Point]) -> tuple[Holder, ...]:
    full = {point.code for point in points if point.answer is Answer.HOLDS}
    if full & {"pool-limit-saturated", "queue-limit-saturated"}:
        return slot_points.pool_holders(question)
    of_deployment = full & {"deployment-limit-waiting", "deployment-limit-leaked"}
    return slot_points.deployment_holders(question) if of_deployment else ()


def _capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
