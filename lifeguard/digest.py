"""What a day came to, and what is different from the days before it. Pure arithmetic over what the history holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lifeguard.history import History, made_work_wait
from lifeguard.incidents import Incident
from lifeguard.pickups import Pickups
from lifeguard.spans import Span

WEEK = timedelta(days=7)
WORST_SHOWN = 5

ByPool = Mapping[str, Pickups]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long runs waited to be picked up, by pool: in the window, in the one before it, and a week earlier."""

    now: ByPool = field(default_factory=dict[str, Pickups])
    before: ByPool = field(default_factory=dict[str, Pickups])
    week_before: ByPool = field(default_factory=dict[str, Pickups])


@dataclass(frozen=True, slots=True)
class Wait:
    """One run that an incident held up: of which deployment it is, and how long it waited, or waits."""

    deployment_id: str
    deployment: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """A deployment whose runs were held up; `longest_seconds` is the longest wait of one of them."""

    id: str
    name: str
    runs: int
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that is told of a window. `held` is None where the server could not be asked, for a reason.

    `asked_runs` is of how many runs the server was asked, of `named_runs` that the history names.
    """

    history: History
    waits: Waits = field(default_factory=Waits)
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    held: tuple[Held, ...] | None = ()
    asked_runs: int = 0
    named_runs: int = 0
    unasked_because: str | None = None

    @property
    def opened(self) -> list[Incident]:
        """Incidents that were told for the first time in the window."""
        return [each for each in self.history.incidents if each.opened_at and self._is_within(each.opened_at)]

    @property
    def resolved(self) -> list[Incident]:
        """Incidents that were told to be over in the window."""
        return [each for each in self.history.incidents if each.resolved_at and self._is_within(each.resolved_at)]

    def _is_within(self, time: datetime) -> bool:
        return self.history.since <= time < self.history.until


def windows(until: datetime, days: int) -> tuple[Span, Span, Span]:
    """The days that are told of, as many before them, and as many a week earlier."""
    length = timedelta(days=days)
    now = Span(until - length, until)
    return now, Span(now.start - length, now.start), Span(now.start - WEEK, now.end - WEEK)


def held_up(incidents: Iterable[Incident]) -> list[str]:
    """The runs that the history names of incidents for which work waited, those of the newest first, each once."""
    newest = sorted(filter(made_work_wait, incidents), key=lambda each: each.began_at, reverse=True)
    return list(dict.fromkeys(run for incident in newest for run in incident.finding.run_ids))


def worst(waits: Iterable[Wait]) -> tuple[Held, ...]:
    """The deployments with most runs held up; of those with as many, the one whose run waited longest."""
    by_deployment: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for wait in waits:
        by_deployment[wait.deployment_id, wait.deployment].append(wait.seconds)
    held = [Held(*deployment, len(own), max(own)) for deployment, own in by_deployment.items()]
    return tuple(sorted(held, key=lambda each: (-each.runs, -each.longest_seconds, each.name))[:WORST_SHOWN])


def in_all(pools: ByPool) -> Pickups:
    """All pools together."""
    return sum(pools.values(), Pickups())
