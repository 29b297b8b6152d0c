"""Cutting a list of runs into stretches loses none, and what is not covered is found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.stretches import BEGINNING, cut, gaps, in_order, neighbours, with_small_neighbours
from lifeguard.whose_turn import turns
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
SIZE = 3


def run_at(minute: int) -> Run:
    return Run(f"run-{minute}", "run", "SCHEDULED", "Late", next_start=NOW + minute * MINUTE)


def at(run: Run) -> datetime:
    assert run.next_start
    return run.next_start


def known(since: int, until: int, runs: int = 0, read: int = 0) -> KnownRuns:
    """A stretch between two minutes, with so many runs, read at a minute."""
    return KnownRuns(NOW + since * MINUTE, NOW + until * MINUTE, NOW + read * MINUTE, (run_at(since),) * runs)


@given(minutes=st.lists(st.integers(-9, 9)))
def test_every_run_before_the_end_is_in_the_one_stretch_of_its_time(minutes: Sequence[int]) -> None:
    runs = [run_at(minute) for minute in minutes]
    pieces = cut(runs, at, BEGINNING, NOW, NOW, SIZE)
    assert sorted(each.id for piece in pieces for each in piece.runs) == sorted(r.id for r in runs if at(r) < NOW)
    assert all(piece.since <= at(run) < piece.until for piece in pieces for run in piece.runs)
    assert gaps(pieces, NOW) == [(NOW, NOW)]


@given(minutes=st.lists(st.integers(-9, -1), unique=True))
def test_a_stretch_holds_no_more_than_its_size_where_no_times_are_shared(minutes: Sequence[int]) -> None:
    pieces = cut([run_at(minute) for minute in minutes], at, BEGINNING, NOW, NOW, SIZE)
    assert all(len(piece.runs) <= SIZE for piece in pieces)


def test_runs_of_one_time_stay_together() -> None:
    pieces = cut([run_at(-3)] * 7 + [run_at(-2)], at, BEGINNING, NOW, NOW, SIZE)
    assert [len(piece.runs) for piece in pieces] == [7, 1]


def test_a_list_without_runs_is_one_stretch_that_says_so() -> None:
    assert cut([], at, BEGINNING, NOW, NOW, SIZE) == (KnownRuns(BEGINNING, NOW, NOW, ()),)


def test_what_is_not_covered_is_found_between_and_at_both_ends() -> None:
    first, last = known(1, 2), known(3, 4)
    assert gaps([first, last], None) == [(BEGINNING, first.since), (first.until, last.since), (last.until, None)]


def test_what_overlaps_or_reaches_too_far_is_left_out() -> None:
    assert in_order([known(4, 9), known(1, 3), known(2, 4)], NOW + 8 * MINUTE) == [known(1, 3)]


def test_only_those_without_a_gap_between_them_are_counted_together() -> None:
    assert neighbours([known(1, 2), known(2, 3), known(4, 5)]) == [[known(1, 2), known(2, 3)], [known(4, 5)]]


def test_small_stretches_grow_together_when_their_turn_comes() -> None:
    stretches = [known(0, 1, runs=1), known(1, 2, runs=1), known(2, 3, runs=1), known(3, 4, runs=1)]
    assert with_small_neighbours(stretches, {0}, SIZE) == {0, 1, 2}


@pytest.mark.parametrize("number", [1, 2, 7, 10, 35])
def test_each_is_read_again_in_time_and_as_many_in_each_look(number: int) -> None:
    read, most = [0] * number, 0
    for minute in range(1, 60):
        stretches = [known(place, place + 1, read=at) for place, at in enumerate(read)]
        chosen = turns(stretches, NOW + minute * MINUTE, 10 * MINUTE)
        read = [minute if place in chosen else at for place, at in enumerate(read)]
        most = max(most, len(chosen))
        assert minute - min(read) < 10
    assert most <= number // 10 + 2


def test_where_nothing_may_stand_everything_is_read_again() -> None:
    assert turns([known(1, 2), known(2, 3)], NOW, timedelta(0)) == {0, 1}
