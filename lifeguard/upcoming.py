"""What is to start on each pool in the next hours, and whether the pool can carry it. Pure.

Prefect makes runs from schedules only some way ahead (by default an hour, and three runs of each schedule). What it has not
made yet is taken from the schedules themselves; where that is not possible either, a number is `at least`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from lifeguard.filling import Filling, Gate, filling_of
from lifeguard.staffing import Falling
from lifeguard.unstaffed import Unstaffed

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DRAINS_WITHIN = timedelta(days=4)
LAST_MINUTE = DRAINS_WITHIN // MINUTE
"""How far ahead it is reckoned when a pool has caught up."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One run that is to start on a pool; whether Prefect has made it, or will from its schedule.

    `queue` is the name of its work queue, `deployment` the id of its deployment, where they are told.
    """

    pool: str
    at: datetime
    is_made: bool = True
    queue: str | None = None
    deployment: str | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """A pool may get runs after this time that nobody can tell yet."""

    pool: str
    after: datetime


@dataclass(frozen=True, slots=True)
class Ability:
    """What is known of how fast a pool starts runs: its limit, how long a run holds a slot, and the most that was seen.

    `fastest` is runs a minute in the best five minutes of the last day. None is not known, or for the limit: none is set.
    """

    limit: int | None = None
    holds_minutes: float | None = None
    fastest: float | None = None
    is_paused: bool = False

    @property
    def a_minute(self) -> float | None:
        """Runs that can start in a minute, by the limit if that can be told, else as many as have been seen to."""
        if self.is_paused or self.limit == 0:
            return 0.0
        return self.by_limit or self.fastest

    @property
    def by_limit(self) -> float | None:
        """Runs a minute that its limit lets through, None without a limit or where the length of runs is not known."""
        return self.limit / self.holds_minutes if self.limit and self.holds_minutes else None


@dataclass(frozen=True, slots=True)
class Hour:
    """The runs of one hour, those that Prefect has made and those that it will make."""

    at: datetime
    made: int = 0
    planned: int = 0
    is_at_least: bool = False

    @property
    def runs(self) -> int:
        """Both together."""
        return self.made + self.planned


@dataclass(frozen=True, slots=True)
class Jam:
    """From when on runs will wait for longer than they should, and when the pool has caught up; None: not within days."""

    begins: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """What comes to one pool, and the worst jam that it will make. `overdue` runs are there already.

    `fillings` are the limits of the pool, its queues and its deployments that will keep runs waiting, the worst first;
    `falling` is set where its workers become fewer than they are at this time, `unstaffed` where nobody works there now.
    """

    pool: str
    hours: tuple[Hour, ...]
    overdue: int
    ability: Ability
    jam: Jam | None
    fillings: tuple[Filling, ...] = ()
    falling: Falling | None = None
    unstaffed: Unstaffed | None = None

    @property
    def is_in_trouble(self) -> bool:
        """Whether there is something to tell of it."""
        return bool(self.jam or self.fillings or self.falling or (self.unstaffed and self.unstaffed.needs_somebody))

    @property
    def runs(self) -> int:
        """All that comes in the window."""
        return sum(hour.runs for hour in self.hours)

    @property
    def busiest(self) -> Hour:
        """The hour with most runs, the first of them."""
        return max(self.hours, key=lambda hour: hour.runs)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next hours of a server. `read_until` is set where there were too many runs to read them all.

    `elsewhere` counts runs that are in no work pool: those of served deployments. Of the pools `in_doubt` nobody knows
    whether anybody works there.
    """

    server: str
    now: datetime
    until: datetime
    pools: tuple[PoolPlan, ...]
    elsewhere: int = 0
    read_until: datetime | None = None
    unread: str | None = None
    in_doubt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gates:
    """The limits that runs have to pass: of pools and of queues by the pool's name, of deployments by their id."""

    pools: Mapping[str, Gate | None] = field(default_factory=dict[str, Gate | None])
    queues: Mapping[str, Sequence[Gate]] = field(default_factory=dict[str, Sequence[Gate]])
    deployments: Mapping[str, Gate] = field(default_factory=dict[str, Gate])

    def fillings(self, pool: str, coming: Iterable[Coming], now: datetime, target: timedelta) -> tuple[Filling, ...]:
        """Those of a pool that will keep runs waiting for longer than `target`, the longest wait first."""
        own = list(coming)
        found = [
            filling_of(gate, times, now, target)
            for gate, times in (
                *((gate, [run.at for run in own]) for gate in [self.pools.get(pool)] if gate),
                *((gate, [run.at for run in own if run.queue == gate.name]) for gate in self.queues.get(pool, ())),
                *((gate, [run.at for run in own if run.deployment == id]) for id, gate in self.deployments.items()),
            )
        ]
        return tuple(sorted(filter(None, found), key=lambda each: (-each.longest, each.gate.kind, each.gate.name)))


def plan_of(
    pool: str,
    coming: Iterable[Coming],
    untold: Iterable[datetime],
    ability: Ability,
    window: tuple[datetime, datetime],
    target: timedelta,
) -> PoolPlan:
    """One pool's hours from now to the end of a window; what was to start before now is overdue.

    `untold` says after which times there may be more, and `target` for how long a run may wait.
    """
    now, until = window
    own = sorted(coming, key=lambda run: run.at)
    ahead = [run for run in own if run.at > now]
    overdue = len(own) - len(ahead)
    begins = now.replace(minute=0, second=0, microsecond=0)
    unknown_from = min(untold, default=None)
    hours = tuple(_hour(begins + number * HOUR, ahead, unknown_from) for number in range(-((begins - until) // HOUR)))
    return PoolPlan(pool, hours, overdue, ability, _worst_jam(ahead, overdue, ability.a_minute, now, target))


def _hour(at: datetime, coming: Sequence[Coming], unknown_from: datetime | None) -> Hour:
    own = Counter(run.is_made for run in coming if at <= run.at < at + HOUR)
    return Hour(at, own[True], own[False], unknown_from is not None and unknown_from < at + HOUR)


def _worst_jam(
    coming: Sequence[Coming], overdue: int, a_minute: float | None, now: datetime, target: timedelta
) -> Jam | None:
    """The longest; minute by minute, first come, first served."""
    if a_minute is None or not (coming or overdue):
        return None
    if not a_minute:
        return Jam(now if overdue else coming[0].at, None)
    begins = now.replace(second=0, microsecond=0)
    jams = _jams(_by_minute(coming, begins), overdue, a_minute, target / MINUTE)
    if not jams:
        return None
    first, last = max(jams, key=lambda jam: jam[1] - jam[0])
    return Jam(max(now, begins + first * MINUTE), begins + last * MINUTE if last < LAST_MINUTE else None)


def _by_minute(coming: Iterable[Coming], since: datetime) -> Mapping[int, int]:
    return Counter((run.at - since) // MINUTE for run in coming)


def _jams(arriving: Mapping[int, int], overdue: int, a_minute: float, target_minutes: float) -> list[tuple[int, int]]:
    """Spans of minutes in which there is a backlog that gets too long, from when it does; counted from the first minute."""
    backlog, late = float(overdue), list[bool | None]()
    for minute in range(LAST_MINUTE):
        waiting = backlog + arriving.get(minute, 0)
        backlog = max(0.0, waiting - a_minute)
        late.append(waiting > a_minute * target_minutes if backlog else None)
    found, minute = list[tuple[int, int]](), 0
    for has_backlog, group in groupby(late, key=lambda each: each is not None):
        minutes = list(group)
        if has_backlog and any(minutes):
            found.append((minute + minutes.index(True), minute + len(minutes)))
        minute += len(minutes)
    return found
