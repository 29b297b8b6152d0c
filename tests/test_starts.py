"""Which starts a patrol has to count: the windows of successive patrols leave nothing out and count nothing twice."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifeguard.facts import seconds
from lifeguard.spans import Span
from lifeguard.starts import CATCHES_UP_SECONDS, SETTLES_SECONDS, SLOT, Start, counted, slot_of, window_after
from tests.builders import NOW, ago, ahead

SETTLED = ago(SETTLES_SECONDS)


def began(at: datetime, waited: float, pool: str = "pool-etl") -> Start:
    return Start(pool, at, waited)


def test_the_first_patrol_counts_the_last_hour_from_a_whole_slot_on() -> None:
    assert window_after(None, NOW) == Span(NOW - timedelta(minutes=65), SETTLED)


def test_a_patrol_goes_on_where_the_last_one_ended() -> None:
    assert window_after(ago(90), NOW) == Span(ago(90), SETTLED)


def test_of_two_patrols_at_once_the_second_has_nothing_to_count() -> None:
    assert window_after(SETTLED, NOW) is None


def test_after_a_long_pause_a_day_is_caught_up() -> None:
    assert window_after(ago(900_000), NOW) == Span(SETTLED - seconds(CATCHES_UP_SECONDS), SETTLED)


def test_a_clock_that_went_back_a_little_is_waited_for() -> None:
    assert window_after(ahead(600), NOW) is None


def test_after_a_clock_that_went_far_back_counting_begins_anew() -> None:
    assert window_after(ahead(3600), NOW) == Span(SETTLED, SETTLED)


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=30))
def test_windows_follow_each_other_without_a_gap_or_an_overlap(gaps_seconds: list[float]) -> None:
    mark, windows, now = None, list[Span](), NOW
    for gap in gaps_seconds:
        now += seconds(gap)
        if window := window_after(mark, now):
            mark = window.end
            windows.append(window)
    assert [later.start for later in windows[1:]] == [earlier.end for earlier in windows[:-1]]


def test_waits_are_counted_where_and_when_the_runs_began() -> None:
    runs = [began(NOW, 3), began(ahead(299), 5), began(ahead(300), 7), began(NOW, 11, "pool-ml")]
    sums = {key: (pickups.runs, pickups.sum_seconds) for key, pickups in counted(runs).items()}
    assert sums == {("pool-etl", NOW): (2, 8.0), ("pool-etl", ahead(300)): (1, 7.0), ("pool-ml", NOW): (1, 11.0)}


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_lies_in_its_slot(time: datetime) -> None:
    assert slot_of(time) <= time < slot_of(time) + SLOT
