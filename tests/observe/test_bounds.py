"""A look ends: after so many calls, after so long, and in time for what comes after it."""

from collections.abc import Callable, Iterator

import anyio
import pytest

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.bounds import LATEST_SECONDS, Bounds
from lifeguard.observe.connection import Connection
from lifeguard.snapshot import Answers
from tests.builders import policy
from tests.proxy import Proxy, anything, as_json, delayed, too_many_requests

LEAVES_NO_CALLS = "the ceiling of 100 API calls leaves no more for this (call_ceiling)"
NO_CALLS = "the ceiling of 100 API calls is reached (call_ceiling)"
LEAVES_NO_TIME = "the 240 s for a look leave no more time for this (look_within_seconds)"
NO_TIME = "the time for a look, 240 s, is over (look_within_seconds)"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A server that answers everything."""
    with Proxy(lambda _: as_json([])) as running:
        yield running


@pytest.fixture
def bounds() -> Bounds:
    """What one look may cost: 100 calls."""
    return Bounds(policy(call_ceiling=100))


def paid(bounds: Bounds, now: float = 0.0) -> str:
    """How often it could be paid, and why no more."""
    for times in range(10_000):
        try:
            bounds.pay(now)
        except CallFailed as failure:
            return f"{times}: {failure.reason}"
    raise AssertionError("there was no end to it")


@pytest.mark.parametrize(("ceiling", "looks"), [(5000, 4500), (100, 80), (30, 15)])
def test_a_patrol_leaves_a_tenth_of_its_calls_for_telling_and_20_where_it_has_so_many(ceiling: int, looks: int) -> None:
    bounds = Bounds(policy(call_ceiling=ceiling))
    with bounds.looking(0, tells=True):
        assert bounds.calls_left == looks
    assert bounds.calls_left == ceiling


def test_what_is_kept_is_told_from_what_is_gone(bounds: Bounds) -> None:
    with bounds.looking(0, tells=True):
        assert paid(bounds) == f"80: {LEAVES_NO_CALLS}"
    assert paid(bounds) == f"20: {NO_CALLS}"


def test_what_is_kept_within_a_look_is_there_for_what_it_asks_after(bounds: Bounds) -> None:
    with bounds.looking(0, tells=True):
        with bounds.keeping(0.25):
            assert paid(bounds) == f"55: {LEAVES_NO_CALLS}"
        assert paid(bounds) == f"25: {LEAVES_NO_CALLS}"


@pytest.mark.parametrize(("now", "why"), [(239, LEAVES_NO_CALLS), (240, NO_TIME)])
def test_nothing_is_asked_once_the_time_is_over(bounds: Bounds, now: float, why: str) -> None:
    with bounds.looking(0, tells=True):
        assert paid(bounds, now).endswith(why)


def test_time_is_kept_for_what_a_look_asks_later(bounds: Bounds) -> None:
    with bounds.looking(0, tells=False):
        with bounds.keeping(0.25):
            assert paid(bounds, 180) == f"0: {LEAVES_NO_TIME}"
        assert paid(bounds, 180) == f"100: {NO_CALLS}"


def test_after_the_look_there_is_no_end_to_the_time(bounds: Bounds) -> None:
    with bounds.looking(0, tells=False):
        pass
    assert paid(bounds, 10_000) == f"100: {NO_CALLS}"


def test_the_time_in_which_others_look_does_not_count_but_never_beyond_the_end_of_the_flow(bounds: Bounds) -> None:
    with bounds.looking(0, tells=False):
        bounds.wait_for_others(240)
        assert bounds.seconds_left(0) == 480
        bounds.wait_for_others(240)
        assert bounds.seconds_left(0) == LATEST_SECONDS


def reason_of(proxy: Proxy, **limits: float) -> str:
    async def ask() -> str:
        async with Api(Connection(proxy.api_url), policy(**limits)) as api:
            with api.looking(), pytest.raises(CallFailed) as caught:
                await api.get("question")
            return str(caught.value)

    return anyio.run(ask)


@pytest.mark.parametrize("fault", [delayed(30), too_many_requests(30)])
def test_neither_a_late_answer_nor_a_wait_to_try_again_outlasts_the_look(
    proxy: Proxy, fault: Callable[..., object]
) -> None:
    proxy.fail(anything, fault)  # type: ignore[arg-type]
    began = anyio.run(clock)
    assert reason_of(proxy, look_within_seconds=1) == "the time for a look, 1 s, is over (look_within_seconds)"
    assert anyio.run(clock) - began < 10 and len(proxy.calls) == 1


async def clock() -> float:
    return anyio.current_time()


def test_what_others_did_with_calls_that_were_lent_counts_as_done() -> None:
    bounds = Bounds(policy(call_ceiling=100))
    bounds.lend(30)
    assert bounds.calls_left == 70
    bounds.take_back(30, 12)
    assert (bounds.calls_left, bounds.calls, Answers().number(429)) == (88, 12, 0)
