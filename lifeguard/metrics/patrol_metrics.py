"""The metrics of a server as a whole: open incidents, and whether Lifeguard itself looks."""

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.metadata import version

from lifeguard.facts import seconds
from lifeguard.metrics.metric import Metric, Point
from lifeguard.standing import LastPatrol, Standing


def _of_patrol(read: Callable[[LastPatrol], float]) -> Callable[[Standing], Iterable[Point]]:
    def points(standing: Standing) -> Iterable[Point]:
        return [] if standing.patrol is None else [Point((), read(standing.patrol))]

    return points


def _time(read: Callable[[Standing], datetime | None]) -> Callable[[Standing], Iterable[Point]]:
    """By this machine's clock, since that is what `time()` is compared with."""

    def points(standing: Standing) -> Iterable[Point]:
        at = read(standing)
        return [] if at is None else [Point((), (at - seconds(standing.clock_ahead_seconds)).timestamp())]

    return points


def _open_incidents(standing: Standing) -> Iterable[Point]:
    for trouble, count in standing.troubles.items():
        yield Point((trouble.severity.value, trouble.code, trouble.pool or ""), count)


PATROL_METRICS = (
    Metric(
        name="prefect.lifeguard.incidents.open",
        unit="{incident}",
        help="Incidents that are open and that no other explains, by severity, code and work pool. "
        "`lifeguard history` lists them, `lifeguard incident ID` says what to do.",
        labels=("severity", "code", "work_pool"),
        read=_open_incidents,
    ),
    Metric(
        name="prefect.lifeguard.last_patrol.timestamp",
        unit="s",
        help="When the newest patrol ended. Older than 5 minutes: nobody looks, and the series of pools are gone; "
        "see `lifeguard status`.",
        labels=(),
        read=_time(lambda standing: standing.patrol.finished_at if standing.patrol else None),
    ),
    Metric(
        name="prefect.lifeguard.last_complete_patrol.timestamp",
        unit="s",
        help="When the newest patrol ended that saw everything. Old while patrols go on: they see only a part; "
        "`lifeguard check` names what is missing.",
        labels=(),
        read=_time(lambda standing: standing.complete_at),
    ),
    Metric(
        name="prefect.lifeguard.patrol.complete",
        unit="",
        help="1 where the newest patrol saw everything, 0 where it saw a part or nothing: `lifeguard check` says why.",
        labels=(),
        read=_of_patrol(lambda patrol: patrol.is_complete),
    ),
    Metric(
        name="prefect.lifeguard.patrol.duration",
        unit="s",
        help="How long the newest patrol looked. Near to the interval of its schedule: the server is slow, "
        "or the estate large; patrol less often.",
        labels=(),
        read=_of_patrol(lambda patrol: patrol.duration_seconds),
    ),
    Metric(
        name="prefect.lifeguard.patrol.api_calls",
        unit="{call}",
        help="API calls that the newest patrol made. Near to call_ceiling: it will see only a part; raise the ceiling, "
        "or ignore pools.",
        labels=(),
        read=_of_patrol(lambda patrol: patrol.api_calls),
    ),
    Metric(
        name="prefect.lifeguard.up",
        unit="",
        help="1 while the history can be used, 0 where it cannot: then nothing else is known; see `lifeguard db status`.",
        labels=(),
        read=lambda standing: [Point((), standing.has_history)],
    ),
    Metric(
        name="prefect.lifeguard.info",
        unit="",
        help="Always 1: which Prefect server all these series are about, and the version of Lifeguard.",
        labels=("server", "version"),
        read=lambda standing: [Point((standing.server, version("prefect-lifeguard")), 1)],
    ),
)
