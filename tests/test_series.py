"""A pool over time, cut into columns: the worst of each, and nothing made up."""

from itertools import pairwise

from lifeguard.series import Stretch, columns
from lifeguard.spans import Span
from tests.builders import ahead

WINDOW = Span(ahead(0), ahead(400))


def span(start: float, end: float) -> Span:
    return Span(ahead(start), ahead(end))


def cut(*stretches: Stretch, watched: Span = WINDOW, count: int = 4) -> list[tuple[int | None, int | None]]:
    return [(each.workers, each.overdue) for each in columns(stretches, [watched], WINDOW, count)]


def test_a_column_shows_the_fewest_workers_and_the_most_overdue_of_its_time() -> None:
    calm, outage = Stretch(span(0, 150), 3, 0), Stretch(span(150, 151), 0, 9)
    assert cut(calm, outage, Stretch(span(151, 400), 3, 1)) == [(3, 0), (0, 9), (3, 1), (3, 1)]


def test_where_nobody_looked_nothing_is_known() -> None:
    assert cut(Stretch(WINDOW, 2, 1), watched=span(100, 250)) == [(None, None), (2, 1), (2, 1), (None, None)]


def test_what_could_not_be_seen_is_no_zero() -> None:
    assert cut(Stretch(span(0, 200), None, 4), Stretch(span(200, 400), 1, None), count=2) == [(None, 4), (1, None)]


def test_columns_follow_each_other_without_a_gap_and_end_with_the_window() -> None:
    found = columns([], [], WINDOW, 7)
    assert found[0].span.start == WINDOW.start and abs((found[-1].span.end - WINDOW.end).total_seconds()) < 1e-3
    assert [one.span.end == other.span.start for one, other in pairwise(found)] == [True] * 6


def test_a_moment_at_the_edge_of_two_columns_counts_in_the_one_that_begins() -> None:
    assert cut(Stretch(span(200, 201), 5, 5)) == [(None, None), (None, None), (5, 5), (None, None)]
