"""Cutting a list of runs into stretches loses none, and what is not covered is found."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.stretches import BEGINNING, EVER, cut, gaps, in_order, joined, neighbours, settled_and_not
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
    return KnownRuns(
        NOW + since * MINUTE, NOW + until * MINUTE, NOW + read * MINUTE, (run_at(since),) * runs, NOW + read * MINUTE
    )


UP_TO_NOW = KnownRuns(BEGINNING, NOW, NOW, (), NOW)


@given(minutes=st.lists(st.integers(-9, 9)))
def test_every_run_before_the_end_is_in_the_one_stretch_of_its_time(minutes: Sequence[int]) -> None:
    runs = [run_at(minute) for minute in minutes]
    pieces = cut(runs, at, UP_TO_NOW, SIZE)
    assert sorted(each.id for piece in pieces for each in piece.runs) == sorted(r.id for r in runs if at(r) < NOW)
    assert all(piece.since <= at(run) < piece.until for piece in pieces for run in piece.runs)
    assert gaps((piece.since, piece.until) for piece in pieces) == [(NOW, None)]


@given(minutes=st.lists(st.integers(-9, -1), unique=True))
def test_a_stretch_holds_no_more_than_its_size_where_no_times_are_shared(minutes: Sequence[int]) -> None:
    pieces = cut([run_at(minute) for minute in minutes], at, UP_TO_NOW, SIZE)
    assert all(len(piece.runs) <= SIZE for piece in pieces)


def test_runs_of_one_time_stay_together() -> None:
    pieces = cut([run_at(-3)] * 7 + [run_at(-2)], at, UP_TO_NOW, SIZE)
    assert [len(piece.runs) for piece in pieces] == [7, 1]


def test_a_list_without_runs_is_one_stretch_that_says_so() -> None:
    assert cut([], at, UP_TO_NOW, SIZE) == (UP_TO_NOW,)


def test_what_is_not_covered_is_found_between_and_at_both_ends() -> None:
    first, last = known(1, 2), known(3, 4)
    held = [(each.since, each.until) for each in (first, last)]
    assert gaps(held) == [(BEGINNING, first.since), (first.until, last.since), (last.until, None)]
    assert gaps([]) == [EVER]


def test_what_is_held_without_end_leaves_nothing_after_it() -> None:
    first = known(1, 2)
    assert gaps([(first.since, first.until), (first.until, None)]) == [(BEGINNING, first.since)]
    assert gaps([EVER]) == []


def test_what_overlaps_is_left_out() -> None:
    assert in_order([known(4, 9), known(1, 3), known(2, 4)]) == [known(1, 3), known(4, 9)]


@pytest.mark.parametrize(
    ("edge", "parts"), [(-1, [(1, 9, False)]), (4, [(1, 4, True), (4, 9, False)]), (9, [(1, 9, True)])]
)
def test_what_is_before_the_edge_is_settled(edge: int, parts: Sequence[tuple[int, int, bool]]) -> None:
    expected = [replace(known(since, until), is_settled=is_settled) for since, until, is_settled in parts]
    assert list(settled_and_not(known(1, 9), NOW + edge * MINUTE)) == expected


def test_only_those_without_a_gap_between_them_are_counted_together() -> None:
    assert neighbours([known(1, 2), known(2, 3), known(4, 5)]) == [[known(1, 2), known(2, 3)], [known(4, 5)]]


def test_small_stretches_grow_together_up_to_their_size() -> None:
    small = [known(0, 1, 1, read=3), known(1, 2, 1, read=1), known(2, 3, 1, read=2), known(3, 4, 1)]
    first, last = joined(small, SIZE)
    assert (first.since, first.until, len(first.runs)) == (small[0].since, small[2].until, SIZE)
    assert first.read_at == first.words_read_at == NOW + MINUTE
    assert last == small[3]


def test_only_neighbours_of_one_kind_grow_together() -> None:
    apart = (known(0, 1, 1), known(2, 3, 1), replace(known(3, 4, 1), is_settled=False))
    assert joined(apart, SIZE) == apart


@pytest.mark.parametrize("number", [1, 2, 7, 10, 35])
def test_each_is_read_again_in_time_and_as_many_in_each_look(number: int) -> None:
    read, most = [0] * number, 0
    for minute in range(1, 60):
        times = [NOW + at * MINUTE for at in read]
        chosen = turns(times, NOW + minute * MINUTE, 10 * MINUTE)
        read = [minute if place in chosen else at for place, at in enumerate(read)]
        most = max(most, len(chosen))
        assert minute - min(read) < 10
    assert most <= number // 10 + 2


def test_where_nothing_may_stand_everything_is_read_again() -> None:
    assert turns([NOW, NOW], NOW, timedelta(0)) == {0, 1}
