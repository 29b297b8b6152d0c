"""Incidents that come in waves and go one by one: pools with work that is due and nobody to do it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.words import pool_name
from tests.estate import Estate

FEW = 3
"""So many of one wave are a message each; four and more are one together."""
MANY = 13
SHARE_OF_FEW = 0.5
LASTS_FROM, LASTS_TO = 1, 6
"""Patrols that were not killed: what no patrol saw was no incident."""


def waves(incidents: int, chance: random.Random) -> list[int]:
    """How many open between two patrols: half of them in small waves and half in large ones, in any order."""
    few = round(incidents * SHARE_OF_FEW)
    sizes = [*_portions(few, FEW), *_portions(incidents - few, MANY)]
    chance.shuffle(sizes)
    return sizes


def _portions(number: int, size: int) -> Iterator[int]:
    while number > 0:
        yield min(size, number)
        number -= size


@dataclass
class Troubles:
    """What is opened and resolved on an estate, step by step."""

    estate: Estate
    sizes: Sequence[int]
    chance: random.Random
    opened: list[str] = field(default_factory=list[str])
    resolved: list[str] = field(default_factory=list[str])
    _waves: Iterator[int] = field(init=False)
    _runs: dict[str, str] = field(default_factory=dict[str, str])
    _ends: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        """The waves have not begun."""
        self._waves = iter(self.sizes)

    @property
    def is_over(self) -> bool:
        """Whether everything has come and gone."""
        return len(self.opened) == sum(self.sizes) and not self._runs

    def go_on(self, patrols: int) -> None:
        """What happens between one patrol and the next, when so many were not killed; the next wave, and what is over."""
        for pool in [pool for pool, end in self._ends.items() if end <= patrols and pool in self._runs]:
            self._resolve(pool)
        for _ in range(next(self._waves, 0)):
            self._open(patrols)

    def _open(self, patrols: int) -> None:
        pool = self.estate.pool(pool_name(len(self.opened)))
        self._runs[pool] = self.estate.overdue_run(self.estate.deployment(f"grind-{pool}", pool))
        self._ends[pool] = patrols + self.chance.randint(LASTS_FROM, LASTS_TO)
        self.opened.append(pool)

    def _resolve(self, pool: str) -> None:
        """The work is given up, and every other time the pool too."""
        self.estate.cancel(self._runs.pop(pool))
        if self.chance.random() < 0.5:
            self.estate.delete_pool(pool)
        self.resolved.append(pool)
