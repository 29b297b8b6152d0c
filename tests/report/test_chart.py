"""A picture is drawn from what is known, is the same for the same numbers, stays small and stands out in both themes."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from subprocess import run
from xml.etree.ElementTree import fromstring

from lifeguard.pool_day import Point, PoolDay
from lifeguard.report.chart import COARSE_SECONDS, INK, OVERDUE, SLOTS, WORKERS, as_svg, panels, unbroken
from lifeguard.spans import Span
from tests import builders as b
from tests.report.boards import opened

DAY = Span(b.ago(86_400), b.NOW)
LARGEST_BYTES = 150_000
PAPER, NIGHT = "#ffffff", "#26272b"
"""The backgrounds of Prefect's UI (3.9.1), as screenshots show them."""


def day(points: Sequence[Point], watched: Sequence[Span] = (DAY,), needs_workers: bool = True) -> PoolDay:
    return PoolDay(DAY, needs_workers, tuple(points), tuple(watched), (opened(b.finding(due=7200)),))


def every(minutes: int) -> list[Point]:
    """A point in every so many minutes, whose numbers change each time."""
    times = range(0, 1440, minutes)
    return [
        Point(DAY.start + timedelta(minutes=at), number % 3, number % 5, number % 4, 4)
        for number, at in enumerate(times)
    ]


def steps(of: PoolDay, title: str) -> list[tuple[Span, int]]:
    return next(list(panel.steps) for panel in panels(of) if panel.title == title)


def test_the_same_numbers_make_the_same_bytes() -> None:
    assert as_svg(day(every(30))) == as_svg(day(every(30)))


def test_it_is_an_svg_without_letters_since_no_font_can_be_loaded() -> None:
    drawn = fromstring(as_svg(day(every(30))))
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(drawn.iter("{http://www.w3.org/2000/svg}text"))


def test_a_pool_that_changes_each_minute_makes_no_large_picture() -> None:
    assert len(as_svg(day(every(1)))) < LARGEST_BYTES


def test_a_short_outage_is_not_lost_in_a_coarse_picture() -> None:
    minute = timedelta(minutes=1)
    points = [Point(DAY.start + number * minute, 0 if number == 700 else 2 + number % 2, 0) for number in range(1440)]
    drawn = steps(day(points), "Live workers")
    assert min(value for _, value in drawn) == 0
    assert len(drawn) == 86_400 / COARSE_SECONDS


def test_what_could_not_be_seen_is_a_gap_and_not_zero() -> None:
    points = [Point(DAY.start, 2, 0), Point(b.ago(80_000), None, None), Point(b.ago(79_000), 2, 0)]
    rows = unbroken(steps(day(points), "Live workers"))
    assert [value for row in rows for _, value in row] == [2, 2] and len(rows) == 2


def test_a_number_is_not_drawn_on_into_a_time_that_nobody_watched() -> None:
    watched = [Span(DAY.start, b.ago(85_000))]
    assert steps(day([Point(DAY.start, 1, 0)], watched), "Live workers") == [(watched[0], 1)]


def test_a_reading_holds_for_a_little_over_an_hour_and_not_for_ever() -> None:
    ((span, _),) = steps(day([Point(DAY.start, 1, 0)]), "Live workers")
    assert span.end - span.start == timedelta(seconds=3900)


def test_workers_are_drawn_where_some_are_needed_and_slots_where_there_is_a_limit() -> None:
    plain = day([Point(DAY.start, 1, 0)], needs_workers=False)
    assert [panel.title for panel in panels(plain)] == ["Runs overdue"]
    assert [panel.title for panel in panels(day(every(60)))] == [
        "Live workers",
        "Runs overdue",
        "Slots in use, and the limit",
    ]


def test_without_any_number_there_is_still_a_picture() -> None:
    assert fromstring(as_svg(day([], []))).tag.endswith("svg")


def test_its_colours_stand_out_in_the_light_and_in_the_dark_theme() -> None:
    faint = [
        (ink, paper) for ink in (INK, WORKERS, OVERDUE, SLOTS) for paper in (PAPER, NIGHT) if contrast(ink, paper) < 3
    ]
    assert faint == []


def test_a_patrol_that_draws_nothing_does_not_load_the_library() -> None:
    code = "import lifeguard.showing, sys; sys.exit('matplotlib' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2; 3 is what it asks of graphics."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
