"""The chart at the terminal: what is drawn of what is known, at every width, for every name."""

from collections.abc import Sequence
from io import StringIO

import pytest
from rich.console import Console

from lifeguard.history import History
from lifeguard.incidents import Incident
from lifeguard.report.pool_chart import GUTTER, columns_for, show_chart
from lifeguard.series import Column
from lifeguard.spans import Span
from tests import builders as b
from tests.report.test_history_formats import FORBIDDEN, HOSTILE_NAMES

HOUR = 3600.0


def incident(id: int, opened: float, gone: float | None) -> Incident:
    """One that was seen from `opened` to `gone` seconds before NOW."""
    ended = None if gone is None else b.ago(gone)
    return Incident(
        b.finding(),
        b.ago(opened),
        ended or b.NOW,
        b.finding().severity,
        opened_at=b.ago(opened),
        gone_since=ended,
        resolved_at=ended,
        id=id,
    )


def drawn(
    workers: Sequence[int | None], overdue: Sequence[int | None] = (), *incidents: Incident, pool: str = "etl"
) -> list[str]:
    """The lines of a chart of one hour with these columns."""
    window = Span(b.ago(HOUR), b.NOW)
    length = (window.end - window.start) / len(workers)
    starts = [window.start + number * length for number in range(len(workers))]
    cells = zip(starts, workers, overdue or [0] * len(workers), strict=True)
    columns = [Column(Span(start, start + length), *numbers) for start, *numbers in cells]
    history = History(b.API_URL, window.start, window.end, incidents)
    console = Console(file=StringIO(), width=80, highlight=False)
    show_chart(pool, history, columns, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def bars(lines: Sequence[str], row: int) -> str:
    """One row of the bars without its label; rows count from the top of the workers."""
    return lines[2 + row][GUTTER:]


def test_the_most_that_was_seen_fills_its_column_and_the_rest_is_in_proportion() -> None:
    lines = drawn([5, 3, 1])
    assert [bars(lines, row) for row in range(5)] == ["█  ", "█  ", "██ ", "██ ", "███"]
    assert lines[2].startswith(" workers 5 │")


def test_none_and_not_known_are_told_apart_and_one_of_many_is_not_none() -> None:
    assert bars(drawn([0, None, 1, 1000]), 4) == "_·▁█"


def test_without_any_worker_all_the_time_the_chart_still_stands() -> None:
    assert [bars(drawn([0, 0]), row) for row in (0, 4)] == ["  ", "__"]


def test_an_incident_lies_under_the_time_that_it_lasted() -> None:
    lines = drawn([1, 1, 1, 1], (), incident(7, opened=2700, gone=900), incident(8, opened=1000, gone=None))
    told = {line[:GUTTER].strip(" │"): line[GUTTER:] for line in lines if "#" in line}
    assert told == {"#7": " ━━ ", "#8": "  ━━"}


def test_many_incidents_are_counted() -> None:
    lines = drawn([1], (), *(incident(number, opened=60, gone=None) for number in range(12)))
    assert len([line for line in lines if "#" in line]) == 8 and any("and 4 more incidents" in line for line in lines)


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_no_name_is_obeyed(name: str) -> None:
    text = "\n".join(drawn([1], pool=name))
    assert [character for character in FORBIDDEN if character in text] == []


@pytest.mark.parametrize(("width", "columns"), [(10, 20), (80, 68), (500, 120)])
def test_it_is_as_wide_as_the_terminal_within_reason(width: int, columns: int) -> None:
    assert columns_for(Console(width=width)) == columns
