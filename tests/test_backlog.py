"""Since when a backlog is watched, and what chance may explain. What rates come to is told in `record/test_forecasts.py`."""

from datetime import timedelta

from lifeguard.backlog import Level, flow_of, window_of
from lifeguard.spans import Span
from tests.builders import NOW


def levels(*overdue: int | None, every: int = 1) -> list[Level]:
    """One a minute, the last at NOW."""
    times = (NOW - timedelta(minutes=every * number) for number in range(len(overdue) - 1, -1, -1))
    return [Level(at, number) for at, number in zip(times, overdue, strict=True)]


def minutes(number: float) -> Span:
    return Span(NOW - timedelta(minutes=number), NOW)


def test_a_backlog_that_goes_is_watched_since_it_was_largest() -> None:
    assert window_of(levels(0, 10, 60, 50, 40, 30, 20)) == minutes(4)


def test_a_backlog_that_grows_is_watched_since_it_began() -> None:
    assert window_of(levels(0, 10, 12, 14, 16, 18, 20)) == minutes(5)


def test_a_backlog_that_grows_for_long_is_watched_for_an_hour() -> None:
    assert window_of(levels(*range(1, 200))) == minutes(60)


def test_a_burst_is_no_growth() -> None:
    assert window_of(levels(5, 5, 5, 5, 5, 5, 5, 60, 61, 62)) == minutes(2)


def test_what_was_before_a_break_in_the_watching_proves_nothing() -> None:
    assert window_of(levels(90, 80, None, 60, 50, 40, 30)) == minutes(3)
    assert window_of([Level(NOW - timedelta(minutes=20), 90), *levels(60, 50, 40, 30)]) == minutes(3)


def test_without_a_backlog_nothing_is_watched() -> None:
    assert window_of(levels(5, 4, 0)) is None and window_of([]) is None


def test_a_change_that_chance_explains_is_none() -> None:
    began = {NOW - timedelta(minutes=5 * number): 100 for number in range(1, 9)}
    flow = flow_of(levels(*(110 - number // 4 for number in range(40))), began, NOW)
    assert flow and (flow.shrinks, flow.starts) == (0.0, 20.0)


def test_before_starts_are_counted_the_change_alone_is_told() -> None:
    flow = flow_of(levels(90, 80, 70, 60, 50, 40), {}, NOW - timedelta(minutes=30))
    assert flow and (flow.shrinks, flow.starts, flow.arrivals) == (10.0, None, None)
