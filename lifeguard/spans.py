"""Spans of time as sorted, disjoint lists, half-open, and what they have in common. Sums are exact: no floats below."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` up to, and without, `end`."""

    start: datetime
    end: datetime


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, sorted; empty spans are dropped."""
    merged: list[Span] = []
    for span in sorted(spans):
        if span.end <= span.start:
            continue
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def common(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """The time that lies in both of two sorted, disjoint lists."""
    found: list[Span] = []
    one, other = 0, 0
    while one < len(first) and other < len(second):
        start = max(first[one].start, second[other].start)
        end = min(first[one].end, second[other].end)
        if start < end:
            found.append(Span(start, end))
        if first[one].end <= second[other].end:
            one += 1
        else:
            other += 1
    return found


def length(spans: Iterable[Span]) -> timedelta:
    """How long disjoint spans last in all."""
    return sum((span.end - span.start for span in spans), timedelta())
