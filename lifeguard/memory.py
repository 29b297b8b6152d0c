"""What earlier looks at the same server read, and when: what need not be asked again while nothing changed. Pure.

A look is given the memory of the one before and leaves its own behind; one that is given none asks everything. Nothing here
is a verdict: what is known of an earlier look is used only where the server tells, in few calls, that it still holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lifeguard.facts import Deployment, Pool, Run, Worker
from lifeguard.spans import Span


@dataclass(frozen=True, slots=True)
class KnownWorkers:
    """All workers of a pool as they were read at `read_at`, with the pool as it was listed in that look."""

    pool: Pool
    read_at: datetime
    workers: tuple[Worker, ...]


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """All runs of one list whose time was within [`since`, `until`), as the server told at `read_at` that these are they.

    Which list that is, and by which of their times it is ordered, is told by the key under which it is remembered. What each
    is called may be as old as `words_read_at`. Where it `is_settled`, all of those times were over when it was told.
    """

    since: datetime
    until: datetime
    read_at: datetime
    runs: tuple[Run, ...]
    words_read_at: datetime
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class KnownDeployments:
    """Some deployments that were read together at `read_at`."""

    read_at: datetime
    deployments: tuple[Deployment, ...]


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page of the list of all deployments by name, as it was read at `read_at`, and whether it was the last.

    `stopped` are the ids of those on it that made runs by schedule in the last days and make none any more.
    """

    page: int
    read_at: datetime
    stopped: tuple[str, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered: workers by the id of their pool, stretches of each list of runs by its name, deployments, and
    pages of the list of all deployments, each once.

    `taken_at` is the server's clock at the beginning of the look that left it; None where there was none. All its parts are
    immutable and are kept or dropped as they are: whoever stores it writes only what is new.
    """

    taken_at: datetime | None = None
    workers: Mapping[str, KnownWorkers] = field(default_factory=dict[str, KnownWorkers])
    runs: Mapping[str, tuple[KnownRuns, ...]] = field(default_factory=dict[str, tuple[KnownRuns, ...]])
    deployments: tuple[KnownDeployments, ...] = ()
    pages: tuple[KnownPage, ...] = ()


NOTHING_KNOWN = Memory()
"""With it a look asks everything."""


def recent(memory: Memory, within: Span) -> Memory:
    """Only what was read within a time; nothing where the look that left it was not, or the time is empty."""
    is_any = within.start < within.end
    if memory.taken_at is None or not is_any or not _is_within(memory.taken_at, within):
        return NOTHING_KNOWN
    runs = {name: tuple(_within(known, within)) for name, known in memory.runs.items()}
    return replace(
        memory,
        workers={id: known for id, known in memory.workers.items() if _is_within(known.read_at, within)},
        runs={name: known for name, known in runs.items() if known},
        deployments=tuple(known for known in memory.deployments if _is_within(known.read_at, within)),
        pages=tuple(known for known in memory.pages if _is_within(known.read_at, within)),
    )


def left_by(memory: Memory, taken_at: datetime) -> Memory:
    """What a look that began then leaves; a memory of nothing has no time."""
    holds = memory.workers or memory.runs or memory.deployments or memory.pages
    return replace(memory, taken_at=taken_at) if holds else NOTHING_KNOWN


def apart(stretches: Iterable[KnownRuns]) -> tuple[KnownRuns, ...]:
    """These stretches by their time, where of those that overlap only the newest stays: no run may be there twice."""
    kept: list[KnownRuns] = []
    for known in sorted(stretches, key=lambda each: each.read_at, reverse=True):
        if all(known.until <= other.since or other.until <= known.since for other in kept):
            kept.append(known)
    return tuple(sorted(kept, key=lambda each: each.since))


def _within(stretches: Iterable[KnownRuns], within: Span) -> Iterable[KnownRuns]:
    return (known for known in stretches if _is_within(known.read_at, within))


def _is_within(time: datetime, within: Span) -> bool:
    return within.start <= time <= within.end
