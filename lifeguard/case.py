"""One run in question, and everything that was seen of what decides whether it starts. No judgement, and no clock."""

from dataclasses import dataclass
from datetime import datetime

from lifeguard.facts import Run
from lifeguard.snapshot import Snapshot

STATES, LOGS, LINE = "states of the run", "logs of the run", "runs before it"
"""What may be missing of a case beside what may be missing of any look."""

RATE_SECONDS = 600.0
"""Over how long it is counted how many runs begin."""


@dataclass(frozen=True, slots=True)
class StateSeen:
    """A state that the run was in, and since when."""

    at: datetime | None
    type: str
    name: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the run's logs; `level` is that of Python's logging."""

    at: datetime | None
    level: int
    logger: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """Its place: how many due runs come before it in its own queue, and in queues of a higher priority.

    `began_lately` counts the runs of its pool that began within `RATE_SECONDS`. None is 'could not be seen'.
    """

    in_queue: int | None = None
    in_queues_before: int | None = None
    began_lately: int | None = None

    @property
    def before(self) -> int | None:
        """All that come before it."""
        if self.in_queue is None or self.in_queues_before is None:
            return None
        return self.in_queue + self.in_queues_before


@dataclass(frozen=True, slots=True)
class Case:
    """A run with its surroundings: in `snapshot` only what concerns it was looked at. Lists are by time."""

    run: Run
    snapshot: Snapshot
    states: tuple[StateSeen, ...] = ()
    logs: tuple[LogLine, ...] = ()
    line: Line = Line()
