"""What changed in a stretch of runs since it was read: only those runs are read whose ids are new or that changed.

To ask whether 1,000 runs are still what they were costs a server 25 ms, to read them 550 (SQLite, 2026-11-23). It is asked in
two steps: first what came, then, once other lists were read, what left. So of a run that went on meanwhile nothing is lost:
whoever was there in the first step is in a later list, or is told by the second.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.counts import count_runs
from lifeguard.observe.run_lists import Reading
from lifeguard.observe.stretches import Interval

ATTEMPTS = 3
"""Where runs leave between two questions, the second is asked again."""


@dataclass(slots=True)
class Amending:
    """A stretch that is being amended: the interval it will be of, what is still known of it, what came, and what left."""

    reading: Reading
    stretch: KnownRuns
    interval: Interval
    known: dict[str, Run] = field(default_factory=dict[str, Run])
    came: dict[str, Run] = field(default_factory=dict[str, Run])
    left: dict[str, Run] = field(default_factory=dict[str, Run])

    def __post_init__(self) -> None:
        """What is known is what may be known by its id."""
        wanted = self.reading.wanted
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
            moved = [name for name in self._names() if not await self._all_are_there(name)]
            if not moved:
                return True
            changed = [run for name in moved for run in await self._changed(name)]
            if not changed:
                return False
            self._take(changed)
        return False

    @property
    def runs(self) -> list[Run]:
        """All that are in it now; of one that was read twice, what was read later."""
        return list({**self.came, **self.known}.values())

    def _names(self) -> Iterator[str]:
        names = {run.state_name for run in self.known.values()}
        return (name for name in self.reading.wanted.names if name in names)

    def _ids(self, name: str) -> list[str]:
        return [id for id, run in self.known.items() if run.state_name == name]

    async def _all_are_there(self, name: str) -> bool:
        ids = self._ids(name)
        asked = self.reading.wanted.named(self.interval, name, id={"any_": ids})
        return await count_runs(self.reading.api, asked) == len(ids)

    async def _changed(self, name: str) -> list[Run]:
        """Those that have another state; not those that were deleted, or moved to another time."""
        other = {"state": {"name": {"not_any_": [name]}}, "id": {"any_": self._ids(name)}}
        return await self.reading.read({"flow_runs": other}, "expected_start_time")

    def _take(self, changed: Collection[Run]) -> None:
        wanted = self.reading.wanted
        for run in changed:
            del self.known[run.id]
            (self.came if wanted.holds(run, self.interval) else self.left)[run.id] = run
