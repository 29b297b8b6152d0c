"""Reading a long list of runs with the memory of an earlier look: only runs that changed are read.

What is settled is counted (`still_held`); what moved, is not settled or has its turn is asked about run by run (`amending`);
what is not remembered is read, and so is everything within `WORDS_LAST` times the time of a turn.
"""

from collections.abc import Awaitable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.amending import Amending
from lifeguard.observe.call_failed import CallFailed
from lifeguard.observe.run_lists import WORDS_LAST, Reading
from lifeguard.observe.still_held import still_held
from lifeguard.observe.stretches import EVER, Interval, cut, gaps, in_order, joined, settled_and_not
from lifeguard.snapshot import WORK_QUEUES
from lifeguard.whose_turn import turns

REFUSED = 422
"""So a server would answer that takes fewer ids at once than Prefect does itself."""

Runs = tuple[Run, ...]
Stretches = tuple[KnownRuns, ...]


async def read_runs(reading: Reading) -> tuple[Runs, Stretches]:
    """All runs of the list by its time, and what to remember of them; raises `CallFailed`.

    The counts come first: of a run that moves on meanwhile, what was read later counts.
    """
    return await (await begin(reading, usable(reading))).ended()


@dataclass(slots=True)
class Begun:
    """A reading under way: what holds, what is being amended, and what was read."""

    reading: Reading
    kept: Sequence[KnownRuns]
    amending: Sequence[Amending]
    read: dict[Interval, list[Run]] = field(default_factory=dict[Interval, list[Run]])

    async def ended(self, elsewhere: Collection[str] = ()) -> tuple[Runs, Stretches]:
        """All runs and what to remember, where those that are `elsewhere` by now are none of them. Raises `CallFailed`."""
        amended = [each for each in self.amending if await _is_taken(each.find_gone(elsewhere))]
        for each in self.amending:
            if each not in amended:
                await self.read_all(each.interval)
        lists = (*(each.runs for each in self.kept), *(each.runs for each in amended), *self.read.values())
        runs = {run.id: run for some in lists for run in some}
        return tuple(sorted(runs.values(), key=self.reading.wanted.at)), self.stretches(amended)

    @property
    def left(self) -> Mapping[str, Run]:
        """What is known to have left while it was read, as it is now."""
        return {id: run for each in self.amending for id, run in each.left.items()}

    async def read_all(self, interval: Interval) -> None:
        """Read an interval as if nothing were known of it; raises `CallFailed`."""
        self.read[interval] = await self.reading.read(self.reading.wanted.asked(interval))

    def stretches(self, amended: Sequence[Amending]) -> Stretches:
        """What to remember, with what was amended."""
        now = self.reading.snapshot.taken_at
        pieces = [
            *self.kept,
            *(piece for each in amended for piece in self._cut(each.interval, each.runs, each.stretch.words_read_at)),
            *(piece for interval, runs in self.read.items() for piece in self._cut(interval, runs, now)),
        ]
        return joined(in_order(pieces), self.reading.runs_in_a_stretch)

    def _cut(self, interval: Interval, runs: Collection[Run], words_read_at: datetime) -> Iterator[KnownRuns]:
        reading, (since, until) = self.reading, interval
        whole = KnownRuns(since, until or reading.end, reading.snapshot.taken_at, (), words_read_at)
        for part in settled_and_not(whole, reading.edge):
            for piece in cut(runs, reading.wanted.at, part, reading.runs_in_a_stretch):
                yield replace(piece, words_read_at=max(words_read_at, reading.first_read(piece.since)))


async def begin(reading: Reading, known: Sequence[KnownRuns]) -> Begun:
    """Count what is settled, and read what came; raises `CallFailed`."""
    held = await still_held(reading, [each for each in known if each.is_settled])
    in_turn = turns([each.read_at for each in held], reading.snapshot.taken_at, reading.reread_after)
    kept = [each for place, each in enumerate(held) if place not in in_turn]
    others = (each for each in known if each not in kept)
    asked = _to_ask_about(reading, (each if each in held else replace(each, is_settled=False) for each in others))
    last = max((each.until for each in (*kept, *asked)), default=None)
    amending = [Amending(reading, each, (each.since, None if each.until == last else each.until)) for each in asked]
    begun = Begun(reading, kept, [each for each in amending if await _is_taken(each.find_new())])
    covered: list[Interval] = [
        *((each.since, each.until) for each in kept),
        *(each.interval for each in begun.amending),
    ]
    for interval in gaps(sorted(covered, key=_since)):
        await begun.read_all(interval)
    return begun


def _to_ask_about(reading: Reading, moved: Iterable[KnownRuns]) -> list[KnownRuns]:
    """What moved or has its turn, where it costs less than to read it; neighbours together, as each question is a call."""
    return [each for each in joined(moved, reading.runs_in_a_stretch) if len(each.runs) >= reading.worth_asking]


def to_remember(reading: Reading, runs: Collection[Run]) -> Stretches:
    """What to remember of a list that was read whole; `runs` may hold others."""
    of_list = [run for run in runs if reading.wanted.holds(run, EVER)]
    return Begun(reading, (), (), {EVER: of_list}).stretches(())


def _since(interval: Interval) -> datetime:
    return interval[0]


async def _is_taken(asking: Awaitable[bool]) -> bool:
    """What was asked for, unless the server does not take the question; raises `CallFailed` for any other reason."""
    try:
        return await asking
    except CallFailed as failure:
        if failure.status == REFUSED:
            return False
        raise


def usable(reading: Reading) -> list[KnownRuns]:
    """What is remembered, but for what is too old, whose words are, and for runs whose queue is gone: nothing else tells of
    that. Nothing where all of it is quickly read.
    """
    now = reading.snapshot.taken_at
    known = in_order(reading.snapshot.memory.runs.get(reading.wanted.name, ()))
    within = (each for each in known if each.until <= reading.end and now - each.read_at < reading.reread_after)
    young = [each for each in within if not _lost_a_queue(reading, each)]
    due = turns([each.words_read_at for each in young], now, WORDS_LAST * reading.reread_after)
    found = [each for place, each in enumerate(young) if place not in due]
    return found if sum(len(each.runs) for each in found) >= reading.worth_asking else []


def _lost_a_queue(reading: Reading, stretch: KnownRuns) -> bool:
    if not reading.snapshot.sees(WORK_QUEUES):
        return False
    queues = {queue.id for queue in reading.snapshot.queues}
    ignores = reading.policy.ignores
    return any(run.queue_id not in queues and run.pool_name and not ignores(run.pool_name) for run in stretch.runs)
