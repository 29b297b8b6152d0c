"""When a limit will be full, how many runs will then wait, and for how long: first come, first served. Pure.

Every run holds a slot for as long as runs did on average, and those that hold one now are somewhere in the middle of it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import Literal

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(seconds=1)
"""A wait of less than this is none."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A limit that runs have to pass. `active` slots are held now; one that `cancels` lets nobody wait (CANCEL_NEW)."""

    kind: Literal["work pool", "work queue", "deployment"]
    name: str
    limit: int
    active: int
    holds_minutes: float
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class Filling:
    """From when on runs wait for a slot, at most how many at a time, the longest wait, and when none waits any more.

    Of a limit that cancels, `cancelled` counts the runs that find no slot, and nobody waits.
    """

    gate: Gate
    full_at: datetime
    until: datetime
    waiting: int = 0
    longest: timedelta = timedelta()
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A run that comes, and when it gets a slot; None: never."""

    comes: datetime
    begins: datetime | None

    @property
    def wait(self) -> timedelta:
        return self.begins - self.comes if self.begins else timedelta()


def filling_of(gate: Gate, comings: Sequence[datetime], now: datetime, target: timedelta) -> Filling | None:
    """The worst time at a limit where a run waits for longer than `target`, or is cancelled; what is overdue comes now."""
    turns = _turns(gate, sorted(max(time, now) for time in comings), now)
    lost = [turn for turn in turns if turn.begins is None]
    if lost:
        return Filling(gate, lost[0].comes, lost[-1].comes, cancelled=len(lost))
    queues = [list(group) for waits, group in groupby(turns, key=lambda turn: turn.wait > AT_ONCE) if waits]
    worst = max(queues, key=lambda queue: max(turn.wait for turn in queue), default=list[_Turn]())
    longest = max((turn.wait for turn in worst), default=timedelta())
    if longest <= target:
        return None
    begins = [turn.begins for turn in worst if turn.begins]
    return Filling(gate, worst[0].comes, begins[-1], _most_at_once(worst, begins), longest)


def _turns(gate: Gate, comings: Sequence[datetime], now: datetime) -> list[_Turn]:
    """Slots come free in the order in which they were taken."""
    holds, active = gate.holds_minutes * MINUTE, min(gate.active, gate.limit)
    ends = [now + holds * ((number + 0.5) / active) for number in range(active)]
    heapify(ends)
    turns = list[_Turn]()
    for comes in comings:
        is_full = len(ends) >= gate.limit
        if is_full and gate.cancels and ends[0] > comes:
            turns.append(_Turn(comes, None))
            continue
        begins = max(comes, heappop(ends)) if is_full else comes
        heappush(ends, begins + holds)
        turns.append(_Turn(comes, begins))
    return turns


def _most_at_once(queue: Sequence[_Turn], begins: Sequence[datetime]) -> int:
    """Turns come in the order of their beginnings too."""
    return max(number + 1 - bisect_right(begins, turn.comes) for number, turn in enumerate(queue))
