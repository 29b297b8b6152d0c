"""A point: one thing that can hold a run back, whether it does, and the numbers that say so."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from lifeguard.case import Case
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Deployment, Pool, Queue, Run


class Answer(StrEnum):
    """Three answers, as everywhere: it holds the run back, it does not, or nobody could look."""

    HOLDS = "holds"
    CLEAR = "clear"
    UNSEEN = "could not look"


@dataclass(frozen=True, slots=True)
class Point:
    """`code` is that of the finding that would say it, or a name of its own; `next` is what to do where it holds."""

    code: str
    answer: Answer
    says: str
    next: tuple[str, ...] = ()

    @property
    def holds(self) -> bool | None:
        """True, False, or None where nobody could look."""
        return {Answer.HOLDS: True, Answer.CLEAR: False, Answer.UNSEEN: None}[self.answer]


@dataclass(frozen=True)
class Question:
    """A case, and the scene that its surroundings make."""

    case: Case
    scene: Scene

    @property
    def run(self) -> Run:
        """The run in question."""
        return self.case.run

    @cached_property
    def pool(self) -> Pool | None:
        """Its work pool; None where it has none, or it is gone, or could not be seen."""
        return next(iter(self.scene.snapshot.pools), None)

    @cached_property
    def queue(self) -> Queue | None:
        """Its work queue, likewise."""
        return next((queue for queue in self.scene.snapshot.queues if queue.id == self.run.queue_id), None)

    @cached_property
    def deployment(self) -> Deployment | None:
        """Its deployment, likewise."""
        return self.scene.snapshot.deployments.get(self.run.deployment_id or "")


Ask = Callable[[Question], Point | None]
"""A point of the question; None where it does not arise."""


def holds(code: str, says: str, *next: str) -> Point:
    """It holds the run back."""
    return Point(code, Answer.HOLDS, says, next)


def clear(code: str, says: str) -> Point:
    """It does not."""
    return Point(code, Answer.CLEAR, says)


def unseen(code: str, says: str) -> Point:
    """Nobody could look."""
    return Point(code, Answer.UNSEEN, says)
