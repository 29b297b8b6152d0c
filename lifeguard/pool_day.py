"""One work pool over the last hours: its numbers by time, when somebody looked, and its incidents. Pure data of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS
from lifeguard.incidents import Incident
from lifeguard.spans import Span, common


@dataclass(frozen=True, slots=True)
class Point:
    """A pool's numbers from `at` until the next point. None is 'could not be seen', and of a limit 'there is none'."""

    at: datetime
    workers_online: int | None = None
    overdue: int | None = None
    active_slots: int | None = None
    concurrency_limit: int | None = None


@dataclass(frozen=True, slots=True)
class PoolDay:
    """What the history holds of one pool in a window; `watched` is when patrols looked at it."""

    window: Span
    needs_workers: bool = True
    points: tuple[Point, ...] = ()
    watched: tuple[Span, ...] = ()
    incidents: tuple[Incident, ...] = ()

    @property
    def held(self) -> list[tuple[Span, Point]]:
        """Each point with the time for which it is known to hold; what nobody watched belongs to none."""
        held: list[tuple[Span, Point]] = []
        for number, point in enumerate(self.points):
            following = [each.at for each in self.points[number + 1 : number + 2]]
            end = min([point.at + seconds(READING_HOLDS_SECONDS), self.window.end, *following])
            held += [(span, point) for span in common([Span(max(point.at, self.window.start), end)], self.watched)]
        return held

    @property
    def unwatched(self) -> list[Span]:
        """The time of the window in which nobody looked."""
        return gaps(self.watched, self.window)


def gaps(spans: Sequence[Span], window: Span) -> list[Span]:
    """The time of a window that lies in none of these sorted, disjoint spans."""
    edges = [window.start, *(edge for span in common(spans, [window]) for edge in span), window.end]
    free = [Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True)]
    return [span for span in free if span.start < span.end]
