"""Lists of runs that may be remembered from look to look: what is in each, by which time it is ordered, how it is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lifeguard.facts import Run, seconds
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.paging import SMALLEST_STEP, Row, every_run_as, within
from lifeguard.observe.state_types import in_types
from lifeguard.observe.stretches import BEGINNING, EVER, Interval, TimeOf
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

SETTLED_AFTER = timedelta(minutes=2)
"""What has a younger time is asked about in each look: there runs come and go, and clients' clocks that are off by less do no
harm."""

WORDS_LAST = 6
"""So many times as long as a reading may stand otherwise, by default an hour, the name and tags of a run may be as old."""

PAGES_OF_A_STRETCH = 3
"""600 runs by default, so that 50,000 are 83 stretches; where some were deleted, three pages are read."""

Made = Callable[[Row], Run]


def _any(_: Run) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class RunList:
    """A list of runs: its name, the types of their states, further conditions, and the time by which it is ordered.

    `names` are the names of states in which a run stays at its time, so that it may be remembered by its id; one of any other
    name is read each time. The server changes the first of them by itself if `is_renamed`. A run that `lasts` will not be
    told more of while its state keeps its name. `until` is the end of what is read, which is itself in it; None where there
    is none. If it `comes_late`, runs come to times that are over.
    """

    name: str
    types: Sequence[str]
    by: str
    at: TimeOf
    names: Sequence[str]
    more: Mapping[str, Any]
    is_renamed: bool = False
    until: datetime | None = None
    comes_late: bool = False
    lasts: Callable[[Run], bool] = _any

    def asked(self, interval: Interval, **more: Any) -> dict[str, Any]:
        """The filter of an interval, to which more may be said of the runs.

        The server takes both ends as inside (`FlowRunFilterStartTime`), to the microsecond.
        """
        since, until = interval
        last = until - SMALLEST_STEP if until else self.until
        first = None if since == BEGINNING else since.isoformat()
        runs = {"state": {"type": in_types(self.types)}, **self.more, **more}
        return within({"flow_runs": runs}, self.by, first, last.isoformat() if last else None)

    def named(self, interval: Interval, name: str, **more: Any) -> dict[str, Any]:
        """As `asked`, those alone whose states have this name."""
        return self.asked(interval, state={"type": in_types(self.types), "name": {"any_": [name]}}, **more)

    @property
    def whole(self) -> dict[str, Any]:
        """The filter of its flow runs, from the beginning of time to its end."""
        runs: dict[str, Any] = self.asked(EVER)["flow_runs"]
        return runs

    def holds(self, run: Run, interval: Interval) -> bool:
        """Whether a run is in an interval of this list."""
        since, until = interval
        last = until - SMALLEST_STEP if until else self.until
        is_in_time = (since == BEGINNING or since <= self.at(run)) and (last is None or self.at(run) <= last)
        return run.state_type in self.types and is_in_time


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a list: the API, the picture so far, and for how long an earlier reading may stand."""

    api: Api
    snapshot: Snapshot
    policy: Policy
    wanted: RunList

    @property
    def edge(self) -> datetime:
        """What is before is settled."""
        return BEGINNING if self.wanted.comes_late else self.snapshot.taken_at - SETTLED_AFTER

    @property
    def end(self) -> datetime:
        """What is before is remembered."""
        return self.wanted.until or self.snapshot.taken_at

    @property
    def page_size(self) -> int:
        """How many rows the server gives at once."""
        return self.snapshot.server.settings.page_size

    @property
    def runs_in_a_stretch(self) -> int:
        """How many are remembered together."""
        return PAGES_OF_A_STRETCH * self.page_size

    @property
    def worth_asking(self) -> int:
        """So many runs at least take the server longer to hand out than to say whether they are the same ones."""
        return self.page_size // 4

    @property
    def reread_after(self) -> timedelta:
        """For how long an earlier reading may stand."""
        return seconds(self.policy.reread_after_seconds)

    def first_read(self, since: datetime) -> datetime:
        """Before then no run of a time after `since` was in the list, which goes on to a fixed time ahead."""
        return since - (self.end - self.snapshot.taken_at)

    async def read(self, asked: Mapping[str, Any], by: str | None = None) -> list[Run]:
        """All runs of a filter, by the time of the list or another; raises `CallFailed`."""
        made, by = placed_by(self.snapshot), by or self.wanted.by
        return await every_run_as(made, self.api, dict(asked), by, self.page_size)


def placed_by(snapshot: Snapshot) -> Made:
    """From rows to runs with the ids of their pools, as these are listed."""
    by_name = {pool.name: pool.id for pool in snapshot.pools}
    return lambda row: placed(answers.run(row), by_name)


def placed(run: Run, by_name: Mapping[str, str]) -> Run:
    """The run with the id of its pool, which an older server does not send; itself where it has that."""
    id = by_name.get(run.pool_name) if run.pool_name else None
    return run if run.pool_id == id else replace(run, pool_id=id)
