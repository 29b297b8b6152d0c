"""Reading a long list of runs with the memory of an earlier look: stretches that still hold as many runs are not read again.

Counting 50,000 runs takes a server one call of 8 ms, reading them 250 calls (2026-11-22). That a stretch holds as many runs as
before shows that it holds the same ones, unless as many came as went since the last look, into and out of times that are over.
Whoever uses this says how that could come about; it lasts for at most `Policy.reread_after_seconds`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lifeguard.facts import Run, seconds
from lifeguard.memory import KnownRuns
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.counts import count_runs
from lifeguard.observe.paging import SMALLEST_STEP, Row, every_run_as, within
from lifeguard.observe.stretches import (
    BEGINNING,
    Interval,
    TimeOf,
    cut,
    gaps,
    in_order,
    neighbours,
    with_small_neighbours,
)
from lifeguard.policy import Policy
from lifeguard.snapshot import WORK_QUEUES, Snapshot
from lifeguard.whose_turn import turns

SETTLED_AFTER = timedelta(minutes=2)
"""What has a younger time is always read: there runs come and go, and clients' clocks that are off by less do no harm."""

Made = Callable[[Row], Run]


@dataclass(frozen=True, slots=True)
class RunList:
    """A list of runs that may be remembered: its name, the filter, the column by which it is ordered, and that time of a run.

    `renamed_from` is the name of a state that the server changes by itself while the run stays at its time. `until` is the
    end of what is read, which is itself in it; None where there is none.
    """

    name: str
    asked: dict[str, Any]
    by: str
    at: TimeOf
    renamed_from: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a list: the API, the picture so far, and for how long an earlier reading may stand."""

    api: Api
    snapshot: Snapshot
    policy: Policy
    wanted: RunList

    @property
    def edge(self) -> datetime:
        """What is before is remembered."""
        return self.snapshot.taken_at - SETTLED_AFTER

    @property
    def page_size(self) -> int:
        """How many rows the server gives at once."""
        return self.snapshot.server.settings.page_size

    @property
    def runs_in_a_stretch(self) -> int:
        """Two and a half pages, 500 runs by default: three calls where it moved, and a hundred stretches of 50,000 runs."""
        return self.page_size * 5 // 2

    @property
    def reread_after(self) -> timedelta:
        """For how long an earlier reading may stand."""
        return seconds(self.policy.reread_after_seconds)


async def read_runs(reading: Reading) -> tuple[tuple[Run, ...], tuple[KnownRuns, ...]]:
    """All runs of the list by its time, and what to remember of them; raises `CallFailed`.

    The counts come first and the young end last: of a run that moves on meanwhile, what was read later counts.
    """
    kept = _without_turns(reading, await _held(reading, usable(reading)))
    runs = {run.id: run for stretch in kept for run in stretch.runs}
    remembered = list(kept)
    for interval in gaps(kept, None):
        read = await _read(reading, interval)
        runs |= {run.id: run for run in read}
        remembered += stretches_of(reading, read, interval)
    ordered = sorted(runs.values(), key=reading.wanted.at)
    return tuple(ordered), tuple(sorted(remembered, key=lambda each: each.since))


def stretches_of(reading: Reading, runs: Collection[Run], interval: Interval) -> tuple[KnownRuns, ...]:
    """What was read of an interval, cut to be remembered as far as it is settled."""
    since, until = interval[0], min(interval[1] or reading.edge, reading.edge)
    if since >= until:
        return ()
    return cut(runs, reading.wanted.at, since, until, reading.snapshot.taken_at, reading.runs_in_a_stretch)


def usable(reading: Reading) -> list[KnownRuns]:
    """What is remembered, but for what is too old and for runs whose queue is gone: nothing else tells of that."""
    known = in_order(reading.snapshot.memory.runs.get(reading.wanted.name, ()), reading.edge)
    young = (each for each in known if reading.snapshot.taken_at - each.read_at < reading.reread_after)
    return [each for each in young if not _lost_a_queue(reading, each)]


def _lost_a_queue(reading: Reading, stretch: KnownRuns) -> bool:
    if not reading.snapshot.sees(WORK_QUEUES):
        return False
    queues = {queue.id for queue in reading.snapshot.queues}
    ignores = reading.policy.ignores
    return any(run.queue_id not in queues and run.pool_name and not ignores(run.pool_name) for run in stretch.runs)


async def _held(reading: Reading, known: Sequence[KnownRuns]) -> list[KnownRuns]:
    """Those that still hold as many runs."""
    return [each for row in neighbours(known) for each in await _held_of(reading, row)]


async def _held_of(reading: Reading, row: Sequence[KnownRuns]) -> list[KnownRuns]:
    """Those of neighbours; they are counted at once, and halved only where that is not what it was."""
    if await _holds(reading, row):
        return list(row)
    half = len(row) // 2
    return [*await _held_of(reading, row[:half]), *await _held_of(reading, row[half:])] if half else []


async def _holds(reading: Reading, row: Sequence[KnownRuns]) -> bool:
    runs = [run for each in row for run in each.runs]
    asked = _asked(reading.wanted, (row[0].since, row[-1].until))
    if await count_runs(reading.api, asked) != len(runs):
        return False
    name = reading.wanted.renamed_from
    number = sum(run.state_name == name for run in runs)
    return not number or await count_runs(reading.api, _named(asked, name)) == number


def _named(asked: dict[str, Any], name: str | None) -> dict[str, Any]:
    runs = asked["flow_runs"]
    return {"flow_runs": {**runs, "state": {**runs["state"], "name": {"any_": [name]}}}}


def _without_turns(reading: Reading, held: Sequence[KnownRuns]) -> list[KnownRuns]:
    in_turn = turns(held, reading.snapshot.taken_at, reading.reread_after)
    chosen = with_small_neighbours(held, in_turn, reading.runs_in_a_stretch)
    return [each for place, each in enumerate(held) if place not in chosen]


async def _read(reading: Reading, interval: Interval) -> list[Run]:
    asked, by = _asked(reading.wanted, interval), reading.wanted.by
    return await every_run_as(placed_by(reading.snapshot), reading.api, asked, by, reading.page_size)


def _asked(wanted: RunList, interval: Interval) -> dict[str, Any]:
    """The filter of an interval. The server takes both ends as inside (`FlowRunFilterStartTime`), to the microsecond."""
    since, until = interval
    last = until - SMALLEST_STEP if until else wanted.until
    first = None if since == BEGINNING else since.isoformat()
    return within({"flow_runs": wanted.asked}, wanted.by, first, last.isoformat() if last else None)


def whole(wanted: RunList) -> dict[str, Any]:
    """The filter of the flow runs of a list, from the beginning of time to its end."""
    runs: dict[str, Any] = _asked(wanted, (BEGINNING, None))["flow_runs"]
    return runs


def placed_by(snapshot: Snapshot) -> Made:
    """From rows to runs with the ids of their pools, as these are listed."""
    by_name = {pool.name: pool.id for pool in snapshot.pools}
    return lambda row: placed(answers.run(row), by_name)


def placed(run: Run, by_name: Mapping[str, str]) -> Run:
    """The run with the id of its pool, which an older server does not send; itself where it has that."""
    id = by_name.get(run.pool_name) if run.pool_name else None
    return run if run.pool_id == id else replace(run, pool_id=id)
