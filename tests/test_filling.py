"""When a limit is full, who waits and how long: first come, first served, on numbers that can be reckoned by hand."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from lifeguard.filling import Filling, Gate, filling_of
from tests.builders import NOW

NONE = timedelta()


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def gate(limit: int = 2, active: int = 0, holds: float = 10.0, **more: Any) -> Gate:
    return Gate("deployment", "nightly", limit, active, holds, **more)


def filling(own: Gate, *minutes: float, target: float = 0) -> Filling | None:
    return filling_of(own, [at(each) for each in minutes], NOW, timedelta(minutes=target))


def test_runs_for_which_there_are_slots_wait_for_nothing() -> None:
    assert filling(gate(), 5, 5, 15, 15) is None


def test_the_third_of_three_waits_until_the_first_ends() -> None:
    assert filling(gate(), 5, 5, 5) == Filling(gate(), at(5), at(15), 1, timedelta(minutes=10))


def test_a_burst_is_worked_off_slot_by_slot() -> None:
    told = filling(gate(), *[30] * 7)
    assert told == Filling(gate(), at(30), at(60), 5, timedelta(minutes=30))


def test_runs_that_hold_a_slot_now_give_it_back_in_the_middle_of_their_time() -> None:
    own = gate(limit=1, active=1)
    assert filling(own, 0) == Filling(own, NOW, at(5), 1, timedelta(minutes=5))
    assert filling(own, 6) is None


def test_what_is_overdue_comes_now() -> None:
    own = gate(limit=1)
    assert filling(own, -90, -60, 30) == Filling(own, NOW, at(10), 1, timedelta(minutes=10))


def test_a_wait_that_is_not_longer_than_the_target_is_none() -> None:
    assert filling(gate(), 5, 5, 5, target=10) is None
    assert filling(gate(), 5, 5, 5, target=9.9) is not None


def test_of_several_such_times_the_one_with_the_longest_wait_is_told() -> None:
    told = filling(gate(limit=1), 5, 10, 100, 100, 100)
    assert told and (told.full_at, told.until, told.waiting) == (at(100), at(120), 2)


def test_a_stream_that_is_faster_than_the_limit_waits_ever_longer() -> None:
    told = filling(gate(limit=1), *range(0, 60, 5))
    assert told and (told.longest, told.until) == (timedelta(minutes=55), at(110))


def test_a_limit_that_cancels_lets_nobody_wait() -> None:
    own = gate(limit=1, cancels=True)
    assert filling(own, 5, 6, 7, 15) == Filling(own, at(6), at(7), cancelled=2)


@pytest.mark.parametrize("cancels", [False, True])
def test_nobody_waits_at_a_limit_to_which_nothing_comes(cancels: bool) -> None:
    assert filling(gate(limit=1, active=9, cancels=cancels)) is None


def test_many_thousand_runs_are_reckoned_at_once() -> None:
    told = filling(gate(limit=50, holds=1.0), *[0] * 20_000)
    assert told and (told.waiting, told.longest) == (19_950, timedelta(minutes=399))
