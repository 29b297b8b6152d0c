"""Counted waits say what the waits themselves would, as far as buckets can."""

from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.pickups import BOUNDS_SECONDS, Pickups

WAITS = st.lists(st.floats(0, 200_000), max_size=60)


def test_nobody_waited_where_nothing_started() -> None:
    assert Pickups().runs == 0
    assert Pickups().quantile_seconds(0.5) is None


def test_a_run_that_began_early_did_not_wait() -> None:
    early = Pickups.of([-3.0])
    assert (early.runs, early.sum_seconds, early.quantile_seconds(1.0)) == (1, 0.0, 0.0)


def test_a_wait_lies_in_the_bucket_whose_end_it_reaches() -> None:
    assert Pickups.of([15.0]).counts[BOUNDS_SECONDS.index(15.0)] == 1
    assert Pickups.of([100_000.0]).counts[-1] == 1


def test_percentiles_are_those_of_the_waits_within_a_bucket() -> None:
    waits = [float(second) for second in range(1, 601)]
    counted, exact = Pickups.of(waits), quantiles(waits, n=100)
    for percent in (50, 95, 99):
        assert counted.quantile_seconds(percent / 100) == pytest.approx(exact[percent - 1], rel=0.02)


@given(WAITS, WAITS)
def test_counts_add_up(some: list[float], others: list[float]) -> None:
    together = Pickups.of(some) + Pickups.of(others)
    assert together.counts == Pickups.of(some + others).counts
    assert together.max_seconds == max([*some, *others], default=0.0)
    assert together.sum_seconds == pytest.approx(sum(some) + sum(others))


@given(WAITS.filter(bool), st.floats(0, 1))
def test_a_percentile_is_never_more_than_the_longest_wait(waits: list[float], share: float) -> None:
    quantile = Pickups.of(waits).quantile_seconds(share)
    assert quantile is not None
    assert 0 <= quantile <= max(waits)
