"""A list of runs in stretches of the time by which it is ordered: cutting it, and finding what is not covered. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for no beginning at all: what is earlier belongs to the first stretch."""

TimeOf = Callable[[Run], datetime]
Interval = tuple[datetime, datetime | None]
"""From the first time up to the second, which is not in it; None is no end."""


def cut(
    runs: Collection[Run], at: TimeOf, since: datetime, until: datetime, read_at: datetime, size: int
) -> tuple[KnownRuns, ...]:
    """The stretch from `since` to before `until` in pieces of `size` runs, those of one time always together.

    `runs` may hold others, which are left out.
    """
    ordered = sorted((run for run in runs if (since <= at(run) or since == BEGINNING) and at(run) < until), key=at)
    pieces: list[KnownRuns] = []
    for some, next_at in _pieces(ordered, at, size):
        ends = next_at or until
        pieces.append(KnownRuns(pieces[-1].until if pieces else since, ends, read_at, tuple(some)))
    return tuple(pieces)


def _pieces(ordered: Sequence[Run], at: TimeOf, size: int) -> Iterator[tuple[Sequence[Run], datetime | None]]:
    """Each with the time of the first run after it; a list without runs is one piece."""
    begin = 0
    while begin == 0 or begin < len(ordered):
        end = min(begin + size, len(ordered))
        while 0 < end < len(ordered) and at(ordered[end]) == at(ordered[end - 1]):
            end += 1
        yield ordered[begin:end], at(ordered[end]) if end < len(ordered) else None
        begin = max(end, 1)


def in_order(known: Iterable[KnownRuns], until: datetime) -> list[KnownRuns]:
    """By time, and without any that overlaps the one before or reaches beyond `until`."""
    kept: list[KnownRuns] = []
    for each in sorted(known, key=lambda each: each.since):
        if each.until <= until and (not kept or kept[-1].until <= each.since):
            kept.append(each)
    return kept


def neighbours(known: Iterable[KnownRuns]) -> list[list[KnownRuns]]:
    """Those that follow each other without a gap, together."""
    found: list[list[KnownRuns]] = []
    for each in known:
        if found and found[-1][-1].until == each.since:
            found[-1].append(each)
        else:
            found.append([each])
    return found


def gaps(known: Iterable[KnownRuns], until: datetime | None) -> list[Interval]:
    """What these, in order, leave uncovered from the beginning of time to `until`; the last is there even if it is empty."""
    since, found = BEGINNING, list[Interval]()
    for each in known:
        if since < each.since:
            found.append((since, each.since))
        since = each.until
    return [*found, (since, until)]


def with_small_neighbours(known: Sequence[KnownRuns], chosen: Collection[int], size: int) -> set[int]:
    """The chosen places, and those after each that together with it make one stretch of that size at most.

    Each look adds a small stretch at the young end; so they grow together when their turn comes.
    """
    widened = set(chosen)
    for place in chosen:
        runs, after = len(known[place].runs), place + 1
        while after < len(known) and runs + len(known[after].runs) <= size:
            runs += len(known[after].runs)
            widened.add(after)
            after += 1
    return widened
