"""Workers that become fewer, and everything that looks like it and is none: deploys, nights, weekends, scaling to zero."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from lifeguard.series import Stretch
from lifeguard.spans import Span
from lifeguard.staffing import DAYS, Falling, Step, falling, way_down
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
MONDAY = NOW + timedelta(days=1)
"""NOW is a Sunday."""

Count = Callable[[datetime], int | None]


def before(minutes: float, now: datetime = MONDAY) -> datetime:
    return now - minutes * MINUTE


def week(count: Count, now: datetime = MONDAY, days: int = DAYS) -> list[Stretch]:
    """Each five minutes of so many days, as patrols would have seen them."""
    start, step = now - days * timedelta(days=1) - 40 * MINUTE, 5 * MINUTE
    times = [start + number * step for number in range((now - start) // step)]
    return [Stretch(Span(time, time + step), count(time), None) for time in times]


def told(count: Count, now: datetime = MONDAY, days: int = DAYS) -> Falling | None:
    seen = week(count, now, days)
    steps = way_down(seen, now)
    return falling("etl", steps, seen, now) if steps else None


def crew(*falls: tuple[float, int | None], now: datetime = MONDAY, usual: int = 6) -> Count:
    """As many as usual, until so many minutes ago, from when on there were so many."""

    def count(time: datetime) -> int | None:
        return [usual, *(left for minutes, left in falls if time >= before(minutes, now))][-1]

    return count


def fewer_each_noon(time: datetime) -> int:
    return 1 if (time.hour, time.minute) >= (11, 30) else 6


def up_and_down_each_day(time: datetime) -> int:
    return time.minute // 10 if time.hour == 11 else 6


def test_workers_that_become_fewer_step_by_step_are_told_with_when_none_is_left() -> None:
    assert told(crew((60, 4), (20, 2))) == Falling(
        "etl",
        (Step(before(90), 6), Step(before(60), 4), Step(before(20), 2)),
        usual=6,
        days=7,
        none_left_at=MONDAY + 20 * MINUTE,
    )


def test_a_single_step_need_not_go_on() -> None:
    down = told(crew((20, 3)))
    assert down and (down.steps[-1].workers, down.none_left_at) == (3, None)


@pytest.mark.parametrize(
    "look_alike",
    [
        crew(),
        pytest.param(crew((5, 1)), id="a deploy that goes on"),
        pytest.param(crew((40, 2), (30, 6)), id="a deploy that is over"),
        pytest.param(crew((40, 2), (5, 6)), id="they are just back"),
        pytest.param(crew((40, 4)), id="two of six"),
        pytest.param(crew((40, 3), (20, 0)), id="none is left, which is a finding"),
        pytest.param(crew((40, 2), (30, None)), id="they cannot be seen any more"),
        pytest.param(fewer_each_noon, id="each noon"),
        pytest.param(up_and_down_each_day, id="up and down each day"),
    ],
)
def test_what_only_looks_like_it_is_not_told(look_alike: Count) -> None:
    assert told(look_alike) is None


def test_a_pool_that_scales_to_zero_at_this_time_of_any_day_is_not_told() -> None:
    wednesday = (MONDAY - timedelta(days=5)).date()
    down = crew((60, 4), (20, 2))

    def none_on_wednesday(time: datetime) -> int | None:
        return 0 if time.date() == wednesday else down(time)

    assert told(none_on_wednesday) is None


def test_weekdays_tell_nothing_of_a_weekend() -> None:
    sunday = crew((60, 4), (20, 2), now=NOW)
    assert told(sunday, NOW, days=7) is not None
    saturday = NOW - timedelta(days=1)
    assert told(crew((60, 4), (20, 2), now=saturday), saturday, days=5) is None


def test_two_days_are_too_few_to_know_what_is_usual() -> None:
    down = crew((60, 4), (20, 2))
    assert (told(down, MONDAY + timedelta(days=2), days=2), told(down, days=1)) == (None, None)


def test_where_nobody_looked_lately_nothing_is_told() -> None:
    seen = [each for each in week(crew((60, 4), (20, 2))) if each.span.end <= before(6)]
    assert way_down(seen, MONDAY) == ()
