"""One pool over time, as a chart shows it: cut into columns of equal length, each with the worst that was seen in it. Pure.

The worst, and not the mean: an outage of two minutes in a column of an hour is what somebody looks for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lifeguard.spans import Span, common


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read of a pool at a time. None is 'could not be seen'."""

    at: datetime
    workers: int | None
    overdue: int | None


class Stretch(NamedTuple):
    """A time in which these were a pool's numbers, the worst of them where it was rolled up."""

    span: Span
    workers: int | None
    overdue: int | None


class Column(NamedTuple):
    """The fewest workers and the most overdue runs of a column; None where nobody looked or nothing could be seen."""

    span: Span
    workers: int | None
    overdue: int | None


def columns(stretches: Iterable[Stretch], watched: Sequence[Span], window: Span, count: int) -> list[Column]:
    """The window in `count` columns; `watched` is when somebody looked, sorted and without overlaps."""
    seen = [Stretch(span, each.workers, each.overdue) for each in stretches for span in common([each.span], watched)]
    length = (window.end - window.start) / count
    starts = [window.start + number * length for number in range(count)]
    return [_column(seen, Span(start, start + length)) for start in starts]


def _column(seen: Sequence[Stretch], span: Span) -> Column:
    own = [each for each in seen if each.span.start < span.end and each.span.end > span.start]
    workers = [each.workers for each in own if each.workers is not None]
    overdue = [each.overdue for each in own if each.overdue is not None]
    return Column(span, min(workers, default=None), max(overdue, default=None))
