"""What comes to a pool hour by hour, and whether it can carry it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from lifeguard.pace import Active, Pace, pace_of
from lifeguard.upcoming import Ability, Coming, Hour, Jam, PoolPlan, plan_of
from tests.builders import NOW, ago

TEN_MINUTES = timedelta(minutes=10)
FOUR_MINUTES_EACH = Ability(limit=10, holds_minutes=4.0)


def at(minutes: float) -> datetime:
    """So many minutes after NOW, which is 12:00."""
    return NOW + timedelta(minutes=minutes)


def burst(minutes: float, runs: int) -> list[Coming]:
    return [Coming("etl", at(minutes))] * runs


def plan(
    coming: Iterable[Coming],
    ability: Ability = FOUR_MINUTES_EACH,
    untold: Iterable[datetime] = (),
    now: datetime = NOW,
) -> PoolPlan:
    return plan_of("etl", coming, untold, ability, (now, at(240)), TEN_MINUTES)


def test_runs_are_counted_in_the_hour_in_which_they_are_to_start() -> None:
    made, planned = [*burst(1, 2), *burst(60, 3)], [Coming("etl", at(90), is_made=False)]
    assert plan([*made, *planned]).hours == (Hour(at(0), 2), Hour(at(60), 3, 1), Hour(at(120)), Hour(at(180)))


def test_what_was_to_start_before_is_overdue_and_not_upcoming() -> None:
    late = plan(burst(-1, 5), now=at(0.5))
    assert (late.overdue, late.runs) == (5, 0)


def test_an_hour_that_nobody_can_tell_wholly_is_at_least_and_so_are_those_after_it() -> None:
    assert [hour.is_at_least for hour in plan([], untold=[at(130), at(70)]).hours] == [False, True, True, True]


def test_a_burst_that_is_more_than_the_limit_carries_jams_until_it_is_worked_off() -> None:
    assert plan(burst(120, 320)).jam == Jam(at(120), at(247))


def test_a_jam_is_in_the_hour_in_which_the_runs_come_whatever_the_second_is_now() -> None:
    jam = plan(burst(120, 320), now=at(0.9)).jam
    assert jam and jam.begins == at(120)


def test_runs_that_wait_for_less_than_the_target_are_no_jam() -> None:
    assert (plan(burst(120, 25)).jam, plan(burst(120, 26)).jam is None) == (None, False)


def test_a_steady_stream_that_the_limit_carries_never_jams() -> None:
    assert plan([Coming("etl", at(minute)) for minute in range(1, 240)]).jam is None


def test_overdue_runs_are_worked_off_first() -> None:
    jam = plan([*burst(-30, 100), *burst(60, 20)]).jam
    assert jam == Jam(NOW, at(39))


def test_of_many_jams_the_longest_is_told() -> None:
    jam = plan([*burst(30, 40), *burst(120, 200)]).jam
    assert jam and jam.begins == at(120)


@pytest.mark.parametrize("ability", [Ability(is_paused=True), Ability(limit=0, holds_minutes=1.0)])
def test_a_pool_that_starts_nothing_is_behind_for_good(ability: Ability) -> None:
    assert plan(burst(30, 1), ability).jam == Jam(at(30), None)


def test_without_a_limit_the_fastest_that_was_seen_counts() -> None:
    assert plan(burst(60, 100), Ability(fastest=2.0)).jam == Jam(at(60), at(109))


def test_where_nothing_is_known_nothing_is_told() -> None:
    assert plan(burst(60, 100), Ability(limit=3)).jam is None


def test_a_run_holds_its_slot_for_as_long_as_slots_were_held_for_each_start() -> None:
    active = [Active(ago(3600), 8), Active(ago(1800), 4)]
    began = {ago(3600): 30, ago(1800): 60, ago(300): 10}
    assert pace_of(began, active, NOW) == Pace(fastest=12.0, holds_minutes=3.6)


def test_a_few_starts_tell_no_length() -> None:
    assert pace_of({ago(300): 9}, [Active(ago(300), 9)], NOW) == Pace(fastest=1.8)


def test_a_reading_that_was_not_written_again_proves_nothing_later() -> None:
    pace = pace_of({ago(86_400): 65}, [Active(ago(86_400), 1)], NOW)
    assert pace.holds_minutes == 1.0


def test_of_a_pool_on_which_nothing_began_nothing_is_known() -> None:
    assert pace_of({}, [], NOW) == Pace()
