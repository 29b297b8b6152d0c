"""How fast a pool's backlog comes and goes: what starts was counted, what arrives is that and what the backlog grew by.

Pure. The rate of starts is that of lately, since workers and limits change at once; arrivals come in bursts and are taken
over the whole time since the backlog was at its largest. A burst that made the backlog what it is belongs to neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from lifeguard.spans import Span
from lifeguard.starts import SLOT, slot_of

LOOKS_BACK = timedelta(hours=6)
UNWATCHED_AFTER = timedelta(minutes=5)
"""Patrols that lie further apart prove nothing about the time between them, as in `lifeguard.history`."""

SHORTEST = timedelta(minutes=3)
"""Rates of less than this are those of single polls: workers ask every 10 to 15 s, and take several runs at a time."""

GROWTH_OVER = timedelta(hours=1)
STARTS_FOR_A_RATE = 60
"""So many starts make a rate that is right within an eighth, two times out of three (Poisson)."""

DEVIATIONS = 2.0
"""What changed by less than this many standard deviations of arrivals and starts has not changed, as far as one can say."""

CHANGED_DEVIATIONS = 3.0
JUMP_RUNS = 10


@dataclass(frozen=True, slots=True)
class Level:
    """How many runs were overdue when a patrol looked; None is 'could not be seen'."""

    at: datetime
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How a backlog moves, in runs a minute, and since when that was watched.

    `starts` and `arrivals` are None where starts are counted for too short a time; `shrinks` is negative where the
    backlog grows, and zero where neither can be told.
    """

    window: Span
    shrinks: float
    starts: float | None = None
    arrivals: float | None = None


def flow_of(levels: Sequence[Level], began: Mapping[datetime, int], counted_until: datetime) -> Flow | None:
    """The rates at which a backlog moves; None where it was watched for too short a time since it is what it is.

    `began` says how many runs began in each slot of `lifeguard.starts`; slots in which none did may be left out.
    """
    watched = window_of(levels)
    if watched is None or watched.end - watched.start < SHORTEST:
        return None
    shrinks = (_overdue_at(levels, watched.start) - _overdue_at(levels, watched.end)) / _minutes(watched)
    counted = Span(_slot_from(watched.start), min(watched.end, counted_until))
    if counted.end - counted.start < SHORTEST:
        return Flow(watched, _if_certain(shrinks, abs(shrinks), watched))
    starts, lately = _rate(began, counted), _rate_of_lately(began, counted)
    arrivals = max(0.0, starts - shrinks)
    return Flow(watched, _if_certain(shrinks + lately - starts, starts + arrivals, watched), lately, arrivals)


def _if_certain(shrinks: float, moved: float, window: Span) -> float:
    """The rate, unless chance explains it: of so many arrivals and starts, some more or fewer than usual (Poisson)."""
    minutes = _minutes(window)
    return shrinks if abs(shrinks) * minutes > DEVIATIONS * (moved * minutes) ** 0.5 else 0.0


def window_of(levels: Sequence[Level]) -> Span | None:
    """Since when the backlog that there is has been watched: from its largest on, or while it grows its last hour."""
    backlog = _backlog(levels)
    if not backlog:
        return None
    peak, now = max(backlog, key=lambda level: (level.overdue or 0, level.at)), backlog[-1].at
    if now - peak.at >= SHORTEST:
        return Span(peak.at, now)
    return Span(max(_after_last_jump(backlog), now - GROWTH_OVER), now)


def _backlog(levels: Sequence[Level]) -> list[Level]:
    """The newest levels, as far back as there was a backlog without a break in the watching."""
    backlog: list[Level] = []
    for level in reversed(levels):
        is_gap = backlog and backlog[-1].at - level.at > UNWATCHED_AFTER
        if not level.overdue or is_gap:
            break
        backlog.append(level)
    return backlog[::-1]


def _after_last_jump(backlog: Sequence[Level]) -> datetime:
    """When the last burst came that at least doubled the backlog from one patrol to the next."""
    after = backlog[0].at
    for before, level in pairwise(backlog):
        came = (level.overdue or 0) - (before.overdue or 0)
        if came >= JUMP_RUNS and came >= (before.overdue or 0):
            after = level.at
    return after


def _slot_from(time: datetime) -> datetime:
    """The beginning of the first slot that lies wholly after a time."""
    begins = slot_of(time)
    return begins if begins == time else begins + SLOT


def _runs_in(began: Mapping[datetime, int], window: Span) -> int:
    return sum(runs for at, runs in began.items() if window.start <= at < window.end)


def _rate(began: Mapping[datetime, int], window: Span) -> float:
    return _runs_in(began, window) / _minutes(window)


def _rate_of_lately(began: Mapping[datetime, int], window: Span) -> float:
    """Starts a minute in the last slots, if they differ from those before by more than chance; else in the whole window."""
    recent = Span(slot_of(window.end), window.end)
    while recent.start > window.start and (
        recent.end - recent.start < SHORTEST or _runs_in(began, recent) < STARTS_FOR_A_RATE
    ):
        recent = Span(recent.start - SLOT, window.end)
    usual, runs = _rate(began, window), _runs_in(began, recent)
    expected = usual * _minutes(recent)
    return runs / _minutes(recent) if abs(runs - expected) > CHANGED_DEVIATIONS * expected**0.5 else usual


def _overdue_at(levels: Sequence[Level], time: datetime) -> float:
    """The backlog between two patrols, as if it moved evenly."""
    for before, after in pairwise(levels):
        if before.at <= time <= after.at and before.overdue is not None and after.overdue is not None:
            share = (time - before.at) / (after.at - before.at)
            return before.overdue + share * (after.overdue - before.overdue)
    return levels[-1].overdue or 0


def _minutes(window: Span) -> float:
    return (window.end - window.start) / timedelta(minutes=1)
