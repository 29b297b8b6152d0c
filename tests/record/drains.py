"""Drains whose end is known: second by second runs arrive and start, and patrols remember what they would have seen."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lifeguard.pickups import Pickups
from lifeguard.record.database import Database
from lifeguard.record.pickup_rows import values_of
from lifeguard.record.tables import PATROLS, PICKUPS, POOLS, READINGS, SERVERS
from lifeguard.starts import SETTLES_SECONDS, slot_of
from tests.builders import API_URL, NOW, seconds
from tests.record.past import a_reading, patrol, pool, put

PATROLS_BEFORE = 30
CHANCES = 4
"""In a second so many runs may come or go by chance, which together are the rate."""

Rate = Callable[[int, random.Random], int]
"""How many runs in one second of a drain."""


def evenly(a_minute: float) -> Rate:
    """The same at all times."""
    return lambda second, _: int((second + 1) * a_minute / 60) - int(second * a_minute / 60)


def by_chance(a_minute: float) -> Rate:
    """So many on average, each when it likes."""
    return lambda _, chance: sum(chance.random() < a_minute / 60 / CHANCES for _ in range(CHANCES))


def every(minutes: int, runs: int) -> Rate:
    """Bursts."""
    return lambda second, _: runs if second and second % (60 * minutes) == 0 else 0


def then(minutes: int, before: Rate, after: Rate) -> Rate:
    """One rate, and another from some minute on."""
    return lambda second, chance: (before if second < 60 * minutes else after)(second, chance)


def never(_: int, __: random.Random) -> int:
    """Nothing."""
    return 0


@dataclass(frozen=True)
class Drain:
    """A backlog that comes at once and goes: how many runs were left after each second, and how many began in it."""

    left: list[int] = field(default_factory=list[int])
    began: list[int] = field(default_factory=list[int])

    @property
    def lasts(self) -> timedelta:
        """Until nothing was left."""
        return seconds(len(self.left))


def drain(burst: int, starts: Rate, arrivals: Rate = never, seed: int = 7) -> Drain:
    """Let it run to its end."""
    chance, made, left = random.Random(seed), Drain(), burst
    while left:
        left += arrivals(len(made.left), chance)
        begin = min(left, starts(len(made.left), chance))
        left -= begin
        made.left.append(left)
        made.began.append(begin)
    return made


@dataclass(frozen=True)
class Scene:
    """A pool whose drain is this far when the newest patrol looks, at NOW."""

    name: str
    drain: Drain
    share: float

    @property
    def began_at(self) -> datetime:
        """When the backlog came."""
        return NOW - self.drain.lasts * self.share

    @property
    def ends_at(self) -> datetime:
        """When it will be gone in truth."""
        return self.began_at + self.drain.lasts

    def overdue(self, at: datetime) -> int:
        """How many runs were left at a time."""
        second = int((at - self.began_at) / seconds(1))
        return self.drain.left[second] if second >= 0 else 0

    def slots(self) -> Counter[datetime]:
        """How many runs began in each slot, up to when starts are counted."""
        found: Counter[datetime] = Counter()
        for second, runs in enumerate(self.drain.began):
            at = self.began_at + seconds(second)
            if runs and at < NOW - seconds(SETTLES_SECONDS):
                found[slot_of(at)] += runs
        return found


async def write(database: Database, scenes: Sequence[Scene], **columns: Any) -> None:
    """The history after a patrol each minute; `columns` are those of every reading."""
    longest = max(NOW - scene.began_at for scene in scenes)
    patrols = int(longest / timedelta(minutes=1)) + PATROLS_BEFORE
    times = [NOW - timedelta(minutes=number) for number in range(patrols, -1, -1)]
    await put(database, SERVERS, {"id": 1, "name": API_URL, "starts_counted_until": NOW - seconds(SETTLES_SECONDS)})
    await put(database, PATROLS, *(patrol(at) for at in times))
    for number, scene in enumerate(scenes, start=101):
        await put(database, POOLS, pool(number, name=scene.name, last_reading_at=NOW))
        await put(database, READINGS, *(a_reading(at, number, overdue=scene.overdue(at), **columns) for at in times))
        slots = [{"pool": number, "at": at, "slot_seconds": 300, **began(runs)} for at, runs in scene.slots().items()]
        if slots:
            await put(database, PICKUPS, *slots)


def began(runs: int) -> dict[str, Any]:
    """The columns of so many runs."""
    return values_of(Pickups.of([60.0] * runs))
