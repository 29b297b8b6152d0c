"""Pools on which nobody works now and whose next run is still to come: did workers come in time before? Pure.

A pool that scales to zero has no worker most of the time and one as soon as there is work: of it nothing need be said. So
only those times count in which a worker came for work, or after at least as long as nobody has been there now: that a
deploy takes a minute tells nothing of a worker that has been gone for three hours.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from statistics import median_high

from lifeguard.spans import Span
from lifeguard.staffing import HOLDS_FOR, UNWATCHED_AFTER

LOOKS_BACK = timedelta(days=7)
KNOWN_FOR = timedelta(days=1)
"""A shorter history has not seen what is done once a day."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a patrol saw of a pool, from `at` on until the next one; `due_since` is of the oldest overdue run."""

    at: datetime
    workers: int | None
    overdue: int | None = None
    due_since: datetime | None = None
    has_demand: bool | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """For how long that was so, as far as somebody looked."""

    span: Span
    sight: Sight


@dataclass(frozen=True, slots=True)
class Arrival:
    """A worker came to a pool without any: after how long, and for how long work had waited then at most.

    `after` is None where nobody saw when the last one had left. It is `for_work` where work came due, or in sight, while
    nobody was there.
    """

    after: timedelta | None
    wait: timedelta
    for_work: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a pool: since when it was watched, since when nobody works there (None: unseen), who came.

    `somebody_came` is true too where a worker came while nobody looked, which is no arrival that tells anything.
    """

    known_since: datetime
    empty_since: datetime | None = None
    arrivals: tuple[Arrival, ...] = ()
    somebody_came: bool = False


class Outlook(StrEnum):
    """What the past makes of it: workers came in time, or too late, never after so long, never at all; or untold."""

    IN_TIME = "in time"
    SLOW = "slow"
    LONGER = "longer than before"
    NOBODY = "nobody came"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Unstaffed:
    """A pool on which nobody works, and when its next run is due. The arrivals are those that tell something.

    `typical` and `longest` are how long work waited for them; `longest_absence` is of all arrivals.
    """

    pool: str
    next_at: datetime
    outlook: Outlook = Outlook.UNKNOWN
    known_since: datetime | None = None
    empty_since: datetime | None = None
    arrivals: int = 0
    typical: timedelta | None = None
    longest: timedelta | None = None
    longest_absence: timedelta | None = None

    @property
    def is_fine(self) -> bool:
        """Whether nothing need be done: workers came in time whenever there was work."""
        return self.outlook is Outlook.IN_TIME

    @property
    def needs_somebody(self) -> bool:
        """Whether the past says that no worker will come in time by itself; that nobody knows the past says nothing."""
        return self.outlook in (Outlook.SLOW, Outlook.LONGER, Outlook.NOBODY)

    def lasts(self, now: datetime) -> bool:
        """Whether it is no deploy that goes on."""
        return self.empty_since is None or now - self.empty_since >= HOLDS_FOR


def past_of(periods: Sequence[Period], looked_at: Sequence[datetime], now: datetime) -> Past | None:
    """What a pool's periods tell, by time; `looked_at` is when patrols looked. None where there are none."""
    if not periods:
        return None
    absences = [absence for unbroken in _unbroken(periods) for absence in _absences(unbroken)]
    arrivals = tuple(_arrival(each, looked_at) for each in absences if each.after)
    goes_on = absences and absences[-1].goes_on_at(now) and absences[-1].before
    return Past(periods[0].span.start, absences[-1].start if goes_on else None, arrivals, _somebody_came(periods))


def _somebody_came(periods: Sequence[Period]) -> bool:
    known = [period.sight.workers for period in periods if period.sight.workers is not None]
    return 0 in known and any(known[known.index(0) :])


def unstaffed(pool: str, next_at: datetime, past: Past | None, now: datetime, target: timedelta) -> Unstaffed:
    """A pool without a live worker, by its past; `target` is for how long a run may wait."""
    if past is None or now - past.known_since < KNOWN_FOR:
        return Unstaffed(pool, next_at, empty_since=past.empty_since if past else None)
    waits = [each.wait for each in past.arrivals if each.for_work or _is_as_long(each, past, now)]
    return Unstaffed(
        pool,
        next_at,
        _outlook(waits, past, target),
        past.known_since,
        past.empty_since,
        len(waits),
        median_high(waits) if waits else None,
        max(waits, default=None),
        max((each.after for each in past.arrivals if each.after), default=None),
    )


def _is_as_long(arrival: Arrival, past: Past, now: datetime) -> bool:
    """One whose time is not known may have been: a weekend's begins before the days that are looked at."""
    return arrival.after is None or (past.empty_since is not None and arrival.after >= now - past.empty_since)


def _outlook(waits: Sequence[timedelta], past: Past, target: timedelta) -> Outlook:
    if waits:
        return Outlook.IN_TIME if max(waits) <= target else Outlook.SLOW
    if not past.somebody_came:
        return Outlook.NOBODY
    return Outlook.LONGER if past.arrivals and past.empty_since else Outlook.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Absence:
    """A time without workers, and what was seen right before and after it; None where nobody looked then."""

    before: Sight | None
    periods: Sequence[Period]
    after: Sight | None

    @property
    def start(self) -> datetime:
        return self.periods[0].span.start

    def goes_on_at(self, now: datetime) -> bool:
        return self.after is None and now - self.periods[-1].span.end <= UNWATCHED_AFTER

    @property
    def due_at(self) -> datetime | None:
        """When a run came due that no worker took: those that waited already may wait for something else."""
        waited = (self.before or self.periods[0].sight).overdue or 0
        for period in self.periods:
            if (period.sight.overdue or 0) > waited:
                since = period.sight.due_since
                return since if since and since >= self.start else period.span.start
        return None

    @property
    def demand_arose(self) -> bool:
        seen = [period.sight.has_demand for period in self.periods]
        return seen[0] is False and True in seen


def _unbroken(periods: Sequence[Period]) -> Iterator[list[Period]]:
    """The periods in which the workers were seen all the time."""
    found = list[Period]()
    for period in periods:
        if found and (period.sight.workers is None or period.span.start > found[-1].span.end):
            yield found
            found = []
        if period.sight.workers is not None:
            found.append(period)
    if found:
        yield found


def _absences(periods: Sequence[Period]) -> list[_Absence]:
    groups = [list(own) for _, own in groupby(periods, key=lambda period: bool(period.sight.workers))]
    return [
        _Absence(
            groups[number - 1][-1].sight if number else None,
            own,
            groups[number + 1][0].sight if number + 1 < len(groups) else None,
        )
        for number, own in enumerate(groups)
        if not own[0].sight.workers
    ]


def _arrival(absence: _Absence, looked_at: Sequence[datetime]) -> Arrival:
    """Of a run that came due after the last look before the worker was seen, only that is known."""
    came, due = absence.periods[-1].span.end, absence.due_at
    last_look = looked_at[max(0, bisect_left(looked_at, came) - 1)]
    wait = came - (due or max(last_look, absence.start))
    after = came - absence.start if absence.before else None
    return Arrival(after, wait, due is not None or absence.demand_arose)
