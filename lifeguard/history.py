"""Looking back: how long pools were staffed while there was demand, and what each cause cost. Pure arithmetic.

Nothing is made up where nobody looked: time without patrols, and numbers that could not be seen, count neither for a pool
nor against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Protocol, TypeVar

from lifeguard.facts import seconds
from lifeguard.findings import Severity, Verdict
from lifeguard.fixes import Fix
from lifeguard.incidents import Change, Incident
from lifeguard.pages import Page
from lifeguard.spans import Span, common, length, union

UNWATCHED_AFTER_SECONDS = 300.0
"""Patrols that lie further apart than this prove nothing about the time between them."""

READING_HOLDS_SECONDS = 3600.0 + UNWATCHED_AFTER_SECONDS
"""A reading is written again once an hour; one that was not was no longer true (the pool was ignored for a while)."""


class Timed(Protocol):
    """Something that was read at a time."""

    @property
    def at(self) -> datetime:
        """When it was read."""
        ...


TimedT = TypeVar("TimedT", bound=Timed)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pool's uptime is counted from, from `at` until its next reading. None is 'could not be seen'."""

    at: datetime
    verdict: Verdict
    has_demand: bool | None
    workers_online: int | None

    def is_known(self, needs_workers: bool) -> bool:
        """Whether it can be said of the pool that it was up, and that there was demand."""
        is_staffing_known = self.workers_online is not None or not needs_workers
        return is_staffing_known and self.has_demand is not None and self.verdict is not Verdict.UNKNOWN

    def is_up(self, needs_workers: bool) -> bool:
        """Whether somebody works on the pool: a live worker, or for one without workers any verdict but `down`."""
        return bool(self.workers_online) if needs_workers else self.verdict is not Verdict.DOWN


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a pool was watched, how much of that it had demand, and how much of that it was up."""

    watched: float = 0.0
    demand: float = 0.0
    up: float = 0.0

    def __add__(self, other: "Seconds") -> "Seconds":
        """Both together."""
        return Seconds(self.watched + other.watched, self.demand + other.demand, self.up + other.up)

    @property
    def uptime(self) -> float | None:
        """The share of the time with demand in which the pool was up, 0 to 1; None where there was no demand."""
        return min(1.0, self.up / self.demand) if self.demand > 0 else None


@dataclass(frozen=True, slots=True)
class PoolHistory:
    """One work pool over the window; `minutes_lost` by code is the time in which work waited for that cause."""

    name: str
    seconds: Seconds = field(default_factory=Seconds)
    minutes_lost: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def uptime(self) -> float | None:
        """How much of the time with demand it was staffed, 0 to 1; None where there was no demand."""
        return self.seconds.uptime


@dataclass(frozen=True, slots=True)
class CauseTotal:
    """What one cause came to, over all pools: minutes of several pools at the same time are added up."""

    code: str
    incidents: int
    minutes_lost: float


@dataclass(frozen=True, slots=True)
class History:
    """What happened on one server between `since` and `until`: incidents by the time they opened, pools by name."""

    server: str
    since: datetime
    until: datetime
    incidents: tuple[Incident, ...] = ()
    pools: tuple[PoolHistory, ...] = ()

    @property
    def window(self) -> Span:
        """From `since` to `until`."""
        return Span(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Life:
    """One incident of a server with everything that was told of it, each in the words of its moment, by time.

    `pages` are what was to be told to whom, and whether it is known to have arrived; `fixes` what was done about it.
    """

    server: str
    incident: Incident
    changes: tuple[Change, ...] = ()
    pages: tuple[Page, ...] = ()
    fixes: tuple[Fix, ...] = ()


def tally(
    readings: Sequence[Reading],
    patrol_times: Sequence[datetime],
    needs_workers: bool,
    gone_at: datetime | None,
    start: datetime,
    end: datetime,
) -> Seconds:
    """What one pool's readings between `start` and `end` come to. Readings and patrol times are sorted by time.

    Give the readings from `READING_HOLDS_SECONDS` before `start`, and the patrols that saw every pool and were not
    superseded, from `UNWATCHED_AFTER_SECONDS` before `start` to as much after `end`: then the sum over the parts of a
    window is that of the window.
    """
    return tally_watched(readings, watched(patrol_times), needs_workers, gone_at, start, end)


def tally_watched(
    readings: Sequence[Reading],
    looked: Sequence[Span],
    needs_workers: bool,
    gone_at: datetime | None,
    start: datetime,
    end: datetime,
) -> Seconds:
    """The same for many pools of one server: `looked` is what `watched` made of the patrols' times."""
    seen = common(looked, [Span(start, end)])
    known = [(span, reading) for span, reading in held(readings, gone_at) if reading.is_known(needs_workers)]
    wanted = [(span, reading) for span, reading in known if reading.has_demand]
    staffed = [span for span, reading in wanted if reading.is_up(needs_workers)]
    return Seconds(
        watched=_shared_seconds([span for span, _ in known], seen),
        demand=_shared_seconds([span for span, _ in wanted], seen),
        up=_shared_seconds(staffed, seen),
    )


def watched(patrol_times: Sequence[datetime]) -> list[Span]:
    """When somebody looked: from one patrol to the next, if that is not too far away. Times are sorted."""
    gap = seconds(UNWATCHED_AFTER_SECONDS)
    return union(Span(earlier, later) for earlier, later in pairwise(patrol_times) if later - earlier <= gap)


def minutes_lost(incidents: Iterable[Incident], window: Span) -> dict[str | None, dict[str, float]]:
    """How many minutes work waited, by pool (None: of no pool) and code. What overlaps is counted once."""
    spans: defaultdict[tuple[str | None, str], list[Span]] = defaultdict(list)
    for incident in incidents:
        if made_work_wait(incident):
            began, ended = incident.began_at, incident.ended_at or window.end
            spans[incident.finding.pool_name, incident.finding.code].append(Span(began, ended))
    lost: defaultdict[str | None, dict[str, float]] = defaultdict(dict)
    for (pool, code), waits in spans.items():
        minutes = length(common(union(waits), [window])).total_seconds() / 60
        if minutes:
            lost[pool][code] = minutes
    return dict(lost)


def made_work_wait(incident: Incident) -> bool:
    """Whether it was told, did harm of its own, and due work waited for it."""
    is_own_harm = incident.severity is not Severity.INFO and incident.finding.caused_by is None
    return incident.opened_at is not None and incident.due_since is not None and is_own_harm


def totals(history: History) -> list[CauseTotal]:
    """What each cause that made work wait came to, the most costly first."""
    by_pool = minutes_lost(history.incidents, history.window)
    lost: defaultdict[str, float] = defaultdict(float)
    for by_code in by_pool.values():
        for code, minutes in by_code.items():
            lost[code] += minutes
    codes = [incident.finding.code for incident in history.incidents if made_work_wait(incident)]
    found = [CauseTotal(code, codes.count(code), lost[code]) for code in dict.fromkeys(codes)]
    return sorted(found, key=lambda total: (-total.minutes_lost, -total.incidents, total.code))


def seconds_to_notice(incident: Incident) -> float | None:
    """From when work first waited until somebody was told; None where no work waited or nobody was told."""
    if incident.opened_at is None or incident.due_since is None:
        return None
    return (incident.opened_at - incident.began_at).total_seconds()


def seconds_to_resolve(incident: Incident) -> float | None:
    """From when somebody was told until it was gone; None while it is open."""
    if incident.opened_at is None or incident.ended_at is None:
        return None
    return max(0.0, (incident.ended_at - incident.opened_at).total_seconds())


def lasted_seconds(incident: Incident, until: datetime) -> float:
    """From when it began until it was gone, or until `until` while it is open."""
    return max(0.0, ((incident.ended_at or until) - incident.began_at).total_seconds())


def held(readings: Sequence[TimedT], gone_at: datetime | None) -> list[tuple[Span, TimedT]]:
    """Each reading of one pool, sorted by time, with the time for which it holds."""
    holds = seconds(READING_HOLDS_SECONDS)
    found: list[tuple[Span, TimedT]] = []
    for number, reading in enumerate(readings):
        ends = [reading.at + holds, *(each.at for each in readings[number + 1 : number + 2])]
        end = min([*ends, gone_at] if gone_at else ends)
        if end > reading.at:
            found.append((Span(reading.at, end), reading))
    return found


def _shared_seconds(spans: Sequence[Span], seen: Sequence[Span]) -> float:
    return length(common(spans, seen)).total_seconds()
