"""A list of runs in stretches of the time by which it is ordered: cutting, joining, and what is not covered. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for no beginning at all: what is earlier belongs to the first stretch."""

TimeOf = Callable[[Run], datetime]
Interval = tuple[datetime, datetime | None]
"""From the first time up to the second, which is not in it; None is no end."""

EVER: Interval = (BEGINNING, None)


def cut(runs: Collection[Run], at: TimeOf, whole: KnownRuns, size: int) -> tuple[KnownRuns, ...]:
    """The stretch `whole` with these runs, in pieces of `size` runs, those of one time always together.

    `runs` may hold others, which are left out.
    """
    ordered = sorted((run for run in runs if _is_after(whole.since, at(run)) and at(run) < whole.until), key=at)
    pieces: list[KnownRuns] = []
    for some, next_at in _pieces(ordered, at, size):
        since = pieces[-1].until if pieces else whole.since
        pieces.append(replace(whole, since=since, until=next_at or whole.until, runs=tuple(some)))
    return tuple(pieces)


def _is_after(since: datetime, time: datetime) -> bool:
    return since <= time or since == BEGINNING


def _pieces(ordered: Sequence[Run], at: TimeOf, size: int) -> Iterator[tuple[Sequence[Run], datetime | None]]:
    """Each with the time of the first run after it; a list without runs is one piece."""
    begin = 0
    while begin == 0 or begin < len(ordered):
        end = min(begin + size, len(ordered))
        while 0 < end < len(ordered) and at(ordered[end]) == at(ordered[end - 1]):
            end += 1
        yield ordered[begin:end], at(ordered[end]) if end < len(ordered) else None
        begin = max(end, 1)


def settled_and_not(whole: KnownRuns, edge: datetime) -> tuple[KnownRuns, ...]:
    """A stretch in what is before the edge and settled, and what is not, each where there is any; with all runs in both."""
    before = replace(whole, until=min(whole.until, edge), is_settled=True)
    after = replace(whole, since=max(whole.since, edge), is_settled=False)
    return tuple(each for each in (before, after) if each.since < each.until)


def joined(known: Iterable[KnownRuns], size: int) -> tuple[KnownRuns, ...]:
    """Stretches in order, where neighbours of one kind that have not more than `size` runs together are one.

    Each look adds a small stretch at the young end, and others get smaller.
    """
    kept: list[KnownRuns] = []
    for each in known:
        if kept and _go_together(kept[-1], each, size):
            kept[-1] = _one(kept[-1], each)
        else:
            kept.append(each)
    return tuple(kept)


def _go_together(first: KnownRuns, second: KnownRuns, size: int) -> bool:
    is_next = first.until == second.since and first.is_settled == second.is_settled
    return is_next and len(first.runs) + len(second.runs) <= size


def _one(first: KnownRuns, second: KnownRuns) -> KnownRuns:
    return KnownRuns(
        first.since,
        second.until,
        min(first.read_at, second.read_at),
        (*first.runs, *second.runs),
        min(first.words_read_at, second.words_read_at),
        first.is_settled,
    )


def in_order(known: Iterable[KnownRuns]) -> list[KnownRuns]:
    """By time, and without any that overlaps the one before."""
    kept: list[KnownRuns] = []
    for each in sorted(known, key=lambda each: each.since):
        if not kept or kept[-1].until <= each.since:
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


def gaps(known: Iterable[Interval]) -> list[Interval]:
    """What these, in order, leave uncovered from the beginning of time, without end unless the last of them has none."""
    since: datetime | None = BEGINNING
    found = list[Interval]()
    for begins, ends in known:
        if since is not None and since < begins:
            found.append((since, begins))
        since = ends
    return found if since is None else [*found, (since, None)]
