"""Rounds of looks at one server, each way of looking in turn, while somebody else goes on using it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import anyio
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.estates.database import age
from benchmarks.patrol.alone import POLL_SECONDS, Cost, cost_of
from benchmarks.patrol.neighbour import Answer, Neighbour
from benchmarks.patrol.processor import cpu_seconds

QUIET_SECONDS = 3.0
"""The neighbour is alone for so long before each look: what its calls cost and how long they take is known by that."""


@dataclass(frozen=True, slots=True)
class Place:
    """The server, its database, and the group of its processes."""

    api_url: str
    database_url: str
    process_group: int


@dataclass(frozen=True, slots=True)
class Round:
    """What one look cost: where it ran, the server (its neighbour's calls taken off), and the neighbour in milliseconds."""

    cost: Cost
    server_cpu_seconds: float
    before: list[float]
    during: list[float]


class Clockwork:
    """Keeps the estate as old as it was when it was made."""

    def __init__(self, database_url: str) -> None:
        self._engine_url = database_url
        self._wound_at = time.time()

    def wind(self) -> None:
        """Move its times on by what has passed since."""
        now = time.time()
        anyio.run(self._age, timedelta(seconds=now - self._wound_at))
        self._wound_at = now

    async def _age(self, by: timedelta) -> None:
        engine = create_async_engine(self._engine_url)
        await age(engine, by)
        await engine.dispose()


def rounds(place: Place, wanted: Mapping[str, tuple[str, Path]], times: int) -> Iterator[tuple[str, Round]]:
    """Each strategy of `wanted` (its name here, its own name, the code that it runs) once in each round."""
    clockwork, neighbour = Clockwork(place.database_url), Neighbour(place.api_url)
    for _ in range(times):
        for name, (strategy, code) in wanted.items():
            clockwork.wind()
            act = partial(cost_of, strategy, place.api_url, place.database_url, code)
            yield name, _round(place.process_group, neighbour, act)


def _round(server: int, neighbour: Neighbour, act: Callable[[Callable[[], None]], Cost]) -> Round:
    at_first, quiet_until = cpu_seconds(server), time.monotonic() + QUIET_SECONDS
    while time.monotonic() < quiet_until:
        neighbour.ask()
        time.sleep(POLL_SECONDS)
    alone, before = cpu_seconds(server), neighbour.answers()
    cost = act(neighbour.ask)
    beside, answers = cpu_seconds(server), neighbour.answers()
    of_neighbour = (alone - at_first) / len(before) * len(answers)
    during = [each for each in answers if cost.began <= each.began <= cost.began + cost.wall_seconds]
    return Round(cost, beside - alone - of_neighbour, _milliseconds(before), _milliseconds(during))


def _milliseconds(answers: Sequence[Answer]) -> list[float]:
    return [each.milliseconds for each in answers]
