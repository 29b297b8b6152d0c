"""A pool's last hours as a picture: workers, overdue runs and slots over time, with its incidents behind them.

An SVG whose letters are shapes, since a page shows it as an image, where no font can be loaded. Its background is
transparent and its colours stand out from white and from black alike, since Prefect's UI has a light and a dark theme.
The same numbers make the same bytes: no date is written into it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# matplotlib (3.11) types its functions, but for the `**kwargs` that nearly all of them have.

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lifeguard.findings import Severity
from lifeguard.pool_day import PoolDay
from lifeguard.spans import Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES, PANEL_INCHES, MARGIN_INCHES = 9.0, 1.05, 0.75
INK, WORKERS, OVERDUE, SLOTS = "#7d8590", "#1a8f5a", "#d9483b", "#3b82d0"
BAND = {Severity.CRITICAL: "#d9483b", Severity.WARNING: "#c47f0a", Severity.INFO: "#7d8590"}
BAND_STRENGTH = 0.25
FILL_STRENGTH = 0.15
MARK_EVERY_HOURS = 3
STEPS_DRAWN, COARSE_SECONDS = 200, 600
STYLE: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "lifeguard",
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.color": INK,
    "hatch.linewidth": 0.5,
}
NO_DATE = {"Date": None, "Creator": None}

Step = tuple[Span, int]


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of number over time; what could not be seen has no step. `limits` are drawn as a dashed line."""

    title: str
    colour: str
    steps: Sequence[Step]
    limits: Sequence[Step] = ()

    @property
    def highest(self) -> int:
        """The largest number that is drawn."""
        return max((value for _, value in (*self.steps, *self.limits)), default=0)


def as_data_uri(day: PoolDay) -> str:
    """The picture as an address that holds it whole."""
    return f"data:image/svg+xml;base64,{b64encode(as_svg(day)).decode()}"


def as_svg(day: PoolDay) -> bytes:
    """The picture, some tens of kilobytes."""
    from matplotlib import rc_context

    with rc_context(STYLE):
        drawing = BytesIO()
        _figure(day).savefig(drawing, format="svg", transparent=True, metadata=NO_DATE)
        return drawing.getvalue()


def panels(day: PoolDay) -> list[Panel]:
    """What is drawn: workers where the pool needs some, overdue runs always, slots where there is a limit."""
    chosen = [Panel("Runs overdue", OVERDUE, _steps(day, "overdue", max))]
    if day.needs_workers:
        chosen.insert(0, Panel("Live workers", WORKERS, _steps(day, "workers_online", min)))
    limits = _steps(day, "concurrency_limit", min)
    if limits:
        chosen.append(Panel("Slots in use, and the limit", SLOTS, _steps(day, "active_slots", max), limits))
    return chosen


def unbroken(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps in rows that follow each other without a gap."""
    rows: list[list[Step]] = []
    for step in steps:
        if rows and rows[-1][-1][0].end == step[0].start:
            rows[-1].append(step)
        else:
            rows.append([step])
    return rows


def _steps(day: PoolDay, name: str, worst: Callable[[Iterable[int]], int]) -> list[Step]:
    """What is known of one number, step by step; of more than can be told apart, the worst of every ten minutes."""
    steps = [(span, value) for span, point in day.held if (value := getattr(point, name)) is not None]
    return steps if len(steps) <= STEPS_DRAWN else coarse(steps, day.window, worst)


def coarse(steps: Sequence[Step], window: Span, worst: Callable[[Iterable[int]], int]) -> list[Step]:
    """The worst of what lies in each slot of `COARSE_SECONDS`, cut to the part of it that is known."""
    slots: dict[int, list[Step]] = {}
    for span, value in steps:
        first, last = (int((edge - window.start).total_seconds() // COARSE_SECONDS) for edge in span)
        for number in range(first, last + 1):
            start = window.start + timedelta(seconds=number * COARSE_SECONDS)
            part = Span(max(span.start, start), min(span.end, start + timedelta(seconds=COARSE_SECONDS)))
            if part.start < part.end:
                slots.setdefault(number, []).append((part, value))
    return [(Span(own[0][0].start, own[-1][0].end), worst(value for _, value in own)) for own in slots.values()]


def _figure(day: PoolDay) -> "Figure":
    from matplotlib.figure import Figure

    chosen = panels(day)
    size = (WIDTH_INCHES, MARGIN_INCHES + PANEL_INCHES * len(chosen))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(chosen), sharex=True, squeeze=False)[:, 0]
    for axis, panel in zip(axes, chosen, strict=True):
        _draw_background(axis, day)
        _draw(axis, panel, day)
    _mark_hours(axes[-1], day)
    return figure


def _draw_background(axis: "Axes", day: PoolDay) -> None:
    """Incidents as bands, and hatched what nobody looked at."""
    for incident in day.incidents:
        ends = (_hour(time, day) for time in (incident.began_at, incident.ended_at or day.window.end))
        axis.axvspan(*ends, color=BAND[incident.severity], alpha=BAND_STRENGTH, linewidth=0)
    for gap in day.unwatched:
        ends = (_hour(time, day) for time in gap)
        axis.axvspan(*ends, facecolor="none", edgecolor=INK, hatch="////", linewidth=0)


def _draw(axis: "Axes", panel: Panel, day: PoolDay) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_title(panel.title, loc="left", fontsize=10, color=panel.colour, fontweight="bold")
    for row in unbroken(panel.steps):
        axis.stairs(*_stairs(row, day), color=panel.colour, linewidth=2, baseline=None)
        axis.stairs(*_stairs(row, day), color=panel.colour, alpha=FILL_STRENGTH, fill=True)
    for row in unbroken(panel.limits):
        axis.stairs(*_stairs(row, day), color=INK, linestyle="--", baseline=None)
    axis.set_ylim(0, 1.2 * max(panel.highest, 1))
    axis.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axis.spines[["top", "right"]].set_visible(False)


def _stairs(row: Sequence[Step], day: PoolDay) -> tuple[list[int], list[float]]:
    """The heights, and the edges between them and around them."""
    return [value for _, value in row], [_hour(row[0][0].start, day), *(_hour(span.end, day) for span, _ in row)]


def _hour(time: datetime, day: PoolDay) -> float:
    """A time as hours since the beginning of the picture, and not outside of it."""
    inside = min(max(time, day.window.start), day.window.end)
    return (inside - day.window.start).total_seconds() / 3600


def _mark_hours(axis: "Axes", day: PoolDay) -> None:
    first = day.window.start.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    last = _hour(day.window.end, day)
    hours = [first + timedelta(hours=number) for number in range(int(last) + 1)]
    marked = [hour for hour in hours if hour < day.window.end and hour.hour % MARK_EVERY_HOURS == 0]
    axis.set_xlim(0, last)
    axis.set_xticks([_hour(hour, day) for hour in marked], [f"{hour:%H:%M}" for hour in marked])
    axis.set_xlabel("UTC")
