"""What changed in a stretch of runs since it was read: only those runs are read whose ids are new or that changed.

To ask whether 1,000 runs are still what they were costs a server 25 ms, to read them 550 (SQLite, 2026-11-23). It is asked in
two steps: first what came, then, once other lists were read, what left. So of a run that went on meanwhile nothing is lost:
whoever was there in the first step is in a later list, or is told by the second.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.counts import count_runs
from lifeguard.observe.paging import first_run
from lifeguard.observe.run_lists import Reading, placed_by
from lifeguard.observe.stretches import Interval

ATTEMPTS = 3
"""Where runs leave between two questions, both are asked again."""


@dataclass(slots=True)
class Amending:
    """A stretch that is being amended: the interval it will be of, what is still known of it, what came, and what left.

    A settled one is one of which this look found that it holds as many runs as it did.
    """

    reading: Reading
    stretch: KnownRuns
    interval: Interval
    known: dict[str, Run] = field(default_factory=dict[str, Run])
    came: dict[str, Run] = field(default_factory=dict[str, Run])
    left: dict[str, Run] = field(default_factory=dict[str, Run])
    is_counted: bool = field(init=False)

    def __post_init__(self) -> None:
        """What is known is what may be known by its id."""
        wanted = self.reading.wanted
        self.is_counted = self.stretch.is_settled
        lasting = (run for run in self.stretch.runs if run.state_name in wanted.names and wanted.lasts(run))
        self.known = {run.id: run for run in lasting}

    async def find_new(self) -> bool:
        """Read what came since; raises `CallFailed`."""
        known = {"id": {"not_any_": list(self.known)}} if self.known else {}
        read = await self.reading.read(self.reading.wanted.asked(self.interval, **known))
        self.came = {run.id: run for run in read}
        return True

    async def find_gone(self, elsewhere: Collection[str]) -> bool:
        """Find what left, but for those that are elsewhere by now; False where it cannot be told. Raises `CallFailed`."""
        self.known = {id: run for id, run in self.known.items() if id not in elsewhere}
        for _ in range(ATTEMPTS):
            known = len(self.known)
            told = [await self._is_told(name) for name in self._names()]
            if all(told):
                return True
            if len(self.known) == known:
                return False
            self.is_counted = False
        return False

    @property
    def runs(self) -> list[Run]:
        """All that are in it now; of one that was read twice, what was read later."""
        return list({**self.came, **self.known}.values())

    def _names(self) -> list[str]:
        names = {run.state_name for run in self.known.values()}
        return [name for name in self.reading.wanted.names if name in names]

    async def _is_told(self, name: str) -> bool:
        """Whether all that had this name are there as before, or are changed and were taken."""
        ids = self._ids(name)
        all_are_there = self.is_counted and not self.came
        there = len(ids) if all_are_there else await self._number(name, ids)
        changed = await self._changed(name, ids) if all_are_there or there < len(ids) else []
        self._take(changed)
        untold = len(ids) - there - len(changed)
        return untold == 0 or (untold > 0 and untold == await self._let_go(name))

    def _ids(self, name: str) -> list[str]:
        return [id for id, run in self.known.items() if run.state_name == name]

    async def _number(self, name: str, ids: Collection[str]) -> int:
        """How many of them are in the interval under that name."""
        asked = self.reading.wanted.named(self.interval, name, id={"any_": list(ids)})
        return await count_runs(self.reading.api, asked)

    async def _changed(self, name: str, ids: Collection[str]) -> list[Run]:
        """Those that have another state; not those that were deleted, or moved to another time."""
        other = {"state": {"name": {"not_any_": [name]}}, "id": {"any_": list(ids)}}
        return await self.reading.read({"flow_runs": other}, "expected_start_time")

    async def _let_go(self, name: str) -> int:
        """Forget those that are older than the oldest which is still there, and say how many: who tidies up deletes these."""
        reading, wanted, ids = self.reading, self.reading.wanted, self._ids(name)
        row = await first_run(reading.api, wanted.named(self.interval, name, id={"any_": ids}), wanted.by)
        since = wanted.at(placed_by(reading.snapshot)(row)) if row else None
        gone = [id for id in ids if since is None or wanted.at(self.known[id]) < since]
        for id in gone:
            del self.known[id]
        return len(gone)

    def _take(self, changed: Collection[Run]) -> None:
        wanted = self.reading.wanted
        for run in changed:
            del self.known[run.id]
            (self.came if wanted.holds(run, self.interval) else self.left)[run.id] = run
