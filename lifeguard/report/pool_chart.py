"""A pool's window as a chart of block characters: its workers, its overdue runs, and its incidents under one time axis.

Not a plotting library: those draw lines through means and over gaps, and what nobody saw must show as a gap.
"""

from collections.abc import Callable, Iterator, Sequence
from math import ceil

from rich.console import Console
from rich.text import Text

from lifeguard.durations import short
from lifeguard.escaping import command, visible
from lifeguard.history import History
from lifeguard.incidents import Incident
from lifeguard.report import history_phrases as phrases
from lifeguard.report.terminal import SEVERITY_STYLE
from lifeguard.series import Column
from lifeguard.spans import Span

BLOCKS = " ▁▂▃▄▅▆▇█"
UNKNOWN, NONE = "·", "_"
ROWS = 5
GUTTER = 12
MOST_COLUMNS = 120
LEAST_COLUMNS = 20
INCIDENTS_SHOWN = 8
AXIS_LABEL_COLUMNS = 50
"""From this width on there is room for a time in the middle of the axis."""


def columns_for(console: Console) -> int:
    """How many columns of the chart a console has room for."""
    return max(LEAST_COLUMNS, min(MOST_COLUMNS, console.width - GUTTER))


def show_chart(pool: str, history: History, columns: Sequence[Column], console: Console) -> None:
    """Print it, with what it means and where the rest is told."""
    each = short((columns[0].span.end - columns[0].span.start).total_seconds())
    lines = [
        Text(visible(f"Work pool '{pool}' at {phrases.headline(history)}"), "bold"),
        Text(),
        *_bars("workers", [column.workers for column in columns], lambda value: "bold red" if value == 0 else "green"),
        *_bars("overdue", [column.overdue for column in columns], lambda value: "yellow" if value else "green"),
        _axis(history.window, len(columns)),
        *_incidents(history, columns),
        Text(),
        Text(f"Each column is {each}: the fewest workers, the most overdue runs; _ is none, · is not known.", "dim"),
        Text(visible(f"In words: {command('lifeguard history', pool=pool)}"), "dim"),
    ]
    for line in lines:
        console.print(line, no_wrap=True, crop=False, soft_wrap=True)


def _bars(name: str, values: Sequence[int | None], style: Callable[[int], str]) -> Iterator[Text]:
    """The highest row is that of the most that was seen; a number above zero is never drawn as none."""
    top = max((value for value in values if value is not None), default=0)
    for row in reversed(range(ROWS)):
        label = {ROWS - 1: f"{name} {top}", 0: "0"}.get(row, "")
        line = Text(f"{label:>{GUTTER - 2}} │", "dim")
        for value in values:
            line.append(_block(value, top, row), "dim" if value is None else style(value))
        yield line


def _block(value: int | None, top: int, row: int) -> str:
    if not value:
        return " " if row else UNKNOWN if value is None else NONE
    eighths = ceil(value * ROWS * 8 / top) - row * 8
    return BLOCKS[max(0, min(8, eighths))]


def _axis(window: Span, count: int) -> Text:
    """When it begins and ends, and where there is room, its middle."""
    first, last = phrases.minute(window.start)[5:], f"{phrases.minute(window.end)[5:]} UTC"
    middle = phrases.minute(window.start + (window.end - window.start) / 2)[5:] if count >= AXIS_LABEL_COLUMNS else ""
    inner = count - len(first) - len(last)
    return Text(f"{'':>{GUTTER - 1}}{first}{middle:^{inner}}{last}" if inner > 0 else "", "dim")


def _incidents(history: History, columns: Sequence[Column]) -> Iterator[Text]:
    """A bar for each, the most harmful first, under the numbers that the tables have."""
    own = phrases.by_harm(filter(phrases.is_own_harm, history.incidents))
    for incident in own[:INCIDENTS_SHOWN]:
        line = Text(f"{f'#{incident.id}':>{GUTTER - 2}} │", "dim")
        bar = "".join("━" if _lasted_in(incident, column.span, history) else " " for column in columns)
        line.append(bar, SEVERITY_STYLE[incident.severity])
        yield line
    if len(own) > INCIDENTS_SHOWN:
        yield Text(f"{'':>{GUTTER}}and {len(own) - INCIDENTS_SHOWN} more incidents", "dim")


def _lasted_in(incident: Incident, span: Span, history: History) -> bool:
    return incident.began_at < span.end and (incident.ended_at or history.until) > span.start
