"""Rounds of looks at one server, each way of looking in turn, while somebody else goes on using it.

Those that remember are taken a minute after one another, as patrols are, and share one memory; the others in between.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.estates.life import Life
from benchmarks.patrol import given
from benchmarks.patrol.alone import POLL_SECONDS, Cost, cost_of
from benchmarks.patrol.neighbour import Answer, Neighbour
from benchmarks.patrol.place import Place, Used

QUIET_SECONDS = 3.0
"""The neighbour is alone for so long before each look: what its calls cost and how long they take is known by that."""

PATROL_SECONDS, TOO_OLD_SECONDS = 60.0, 150.0
"""How long after one another patrols look, and after how long a memory is none of a steady state any more."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of looking: the module that does it, the code that it is of, how often, and whether it remembers."""

    strategy: str
    code: Path
    times: int
    remembers: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What one look cost: where it ran, the server (its neighbour's calls taken off), and the neighbour in milliseconds.

    `neighbours_cpu_seconds` is what was taken off.
    """

    cost: Cost
    server_cpu_seconds: float
    database_cpu_seconds: float | None
    before: list[float]
    during: list[float]
    neighbours_cpu_seconds: float = 0.0


class Rounds:
    """Takes looks at one place, and lets life go on there. `warm_up` patrols come first, which do not count."""

    def __init__(self, place: Place, life: Life, warm_up: int, tell: Callable[[str], None]) -> None:
        self._place, self._life, self._warm_up, self._tell = place, life, warm_up, tell
        self._neighbour = Neighbour(place.api_url)
        self._looked_at: float | None = None
        self._quiets: list[Used] = []

    def taken(self, wanted: Mapping[str, Way], times: int) -> Iterator[tuple[str, Round]]:
        """Each way of `wanted` once in each round, as long as it has times left."""
        self._quiet()
        self._quiets.clear()  # a server that has just begun does something of its own
        for number in range(times):
            for name, way in wanted.items():
                if number < way.times:
                    self._get_ready(way)
                    yield name, self._look(way)

    def _get_ready(self, way: Way) -> None:
        if not way.remembers:
            self._life.live(_now())
            return
        if self._age() > TOO_OLD_SECONDS:
            for number in range(self._warm_up):
                self._tell(f"warming up, patrol {number + 1} of {self._warm_up}")
                self._wait_for_its_turn()
                self._look(way)
        self._wait_for_its_turn()

    def _age(self) -> float:
        """Seconds since a patrol last began."""
        return float("inf") if self._looked_at is None else time.monotonic() - self._looked_at

    def _wait_for_its_turn(self) -> None:
        while self._age() + QUIET_SECONDS < PATROL_SECONDS:
            self._life.beat(_now())
            time.sleep(POLL_SECONDS)
        self._life.live(_now())

    def _look(self, way: Way) -> Round:
        place = self._place
        more = {given.SERVER: str(place.process_group), given.MEMORY: str(place.memory)}
        act = partial(cost_of, way.strategy, place.api_url, place.database_url, way.code, more)
        found = self._measured(act)
        if way.remembers:
            self._looked_at = found.cost.began
        return found

    def _measured(self, act: Callable[[Callable[[], None]], Cost]) -> Round:
        before, alone = self._quiet(), self._place.used()
        cost = act(self._meanwhile)
        used, answers = self._place.used().since(alone), self._neighbour.answers()
        during = [each for each in answers if cost.began <= each.began <= cost.began + cost.wall_seconds]
        its_own = self._of_an_answer().times(len(answers))
        net = used.since(its_own)
        database = net.database if self._place.database_process else None
        return Round(cost, net.server, database, _milliseconds(before), _milliseconds(during), its_own.server)

    def _quiet(self) -> list[Answer]:
        """Leave the neighbour alone with the server, and note what one of its answers costs."""
        began, until = self._place.used(), time.monotonic() + QUIET_SECONDS
        while time.monotonic() < until:
            self._neighbour.ask()
            time.sleep(POLL_SECONDS)
        answers = self._neighbour.answers()
        self._quiets.append(self._place.used().since(began).times(1 / len(answers)))
        return answers

    def _of_an_answer(self) -> Used:
        """The median of all quiet times so far, since in a single one the server may do something else."""
        return Used(median(each.server for each in self._quiets), median(each.database for each in self._quiets))

    def _meanwhile(self) -> None:
        self._neighbour.ask()
        self._life.beat(_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _milliseconds(answers: Sequence[Answer]) -> list[float]:
    return [each.milliseconds for each in answers]
