"""Workers that become fewer before none is left, against what is usual at this time of the day. Pure.

A deploy is over within minutes, a night and a weekend come again, and a pool that scales to zero does so every day: of none
of them is anything said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from lifeguard.series import Stretch
from lifeguard.spans import Span, common

LOOKS_BACK = timedelta(minutes=90)
HOLDS_FOR = timedelta(minutes=10)
"""So long a number has to last to be believed: rolling deploys and restarts are shorter."""

AROUND = timedelta(minutes=30)
DAY = timedelta(days=1)
DAYS = 7
SATURDAY = 5
DAYS_NEEDED = {False: 3, True: 1}
"""So many days of the same kind, weekdays or (True) of a weekend: fewer tell nothing of what is usual."""

UNWATCHED_AFTER = timedelta(minutes=5)
"""As in `lifeguard.history`."""


@dataclass(frozen=True, slots=True)
class Step:
    """From this time on there were so many workers."""

    at: datetime
    workers: int


@dataclass(frozen=True, slots=True)
class Falling:
    """A pool whose workers become fewer: the steps down, and the fewest that there were at this time on so many other days.

    `none_left_at` is when none is left if it goes on so; None after a single step, which need not go on.
    """

    pool: str
    steps: tuple[Step, ...]
    usual: int
    days: int
    none_left_at: datetime | None


def way_down(stretches: Sequence[Stretch], now: datetime) -> tuple[Step, ...]:
    """The steps on which a pool's workers became half as many or fewer lately, and are so still; else none.

    `stretches` are times at which somebody looked, in order. Of a pool without workers there are findings.
    """
    seen = [each for each in _within(stretches, Span(now - LOOKS_BACK, now)) if each.workers is not None]
    steps = _steps(_lasting(seen))
    if len(steps) < 2 or now - seen[-1].span.end > UNWATCHED_AFTER or not seen[-1].workers:
        return ()
    is_over = seen[-1].workers > steps[-1].workers
    return () if is_over or steps[-1].workers * 2 > steps[0].workers else tuple(steps)


def falling(pool: str, steps: Sequence[Step], others: Sequence[Stretch], now: datetime) -> Falling | None:
    """Whether that is unusual; `others` are the stretches of the days before, around this time of the day."""
    days = {now - number * DAY: _fewest_around(others, now - number * DAY) for number in range(1, DAYS + 1)}
    known = {day: fewest for day, fewest in days.items() if fewest is not None}
    alike = sum(_is_weekend(day) is _is_weekend(now) for day in known)
    if alike < DAYS_NEEDED[_is_weekend(now)] or steps[-1].workers >= min(known.values()):
        return None
    return Falling(pool, tuple(steps), min(known.values()), len(known), _none_left_at(steps))


def _is_weekend(day: datetime) -> bool:
    return day.weekday() >= SATURDAY


def _within(stretches: Sequence[Stretch], window: Span) -> list[Stretch]:
    return [Stretch(span, each.workers, each.overdue) for each in stretches for span in common([each.span], [window])]


def _lasting(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those of one number put together, as far as they last."""
    joined = list[Stretch]()
    for each in stretches:
        if joined and joined[-1].workers == each.workers:
            joined[-1] = Stretch(Span(joined[-1].span.start, each.span.end), each.workers, None)
        else:
            joined.append(each)
    return [each for each in joined if each.span.end - each.span.start >= HOLDS_FOR]


def _steps(lasting: Sequence[Stretch]) -> list[Step]:
    """The way down to the newest number: from the last time at which there were fewer, or as few, before."""
    steps = [Step(each.span.start, each.workers or 0) for each in lasting]
    begins = max(
        (number + 1 for number, (one, two) in enumerate(pairwise(steps)) if two.workers >= one.workers), default=0
    )
    return steps[begins:]


def _fewest_around(stretches: Sequence[Stretch], time: datetime) -> int | None:
    """On another day at this time; None where nobody looked, or the workers could not be seen."""
    seen = _within(stretches, Span(time - AROUND, time + AROUND))
    return min((each.workers for each in seen if each.workers is not None), default=None)


def _none_left_at(steps: Sequence[Step]) -> datetime | None:
    """At the pace from the first step down to the last; None where there was one step only."""
    first, last = steps[1], steps[-1]
    lost = first.workers - last.workers
    return last.at + (last.at - first.at) * (last.workers / lost) if lost else None
