"""How many calls are under way at once falls with the first sign of trouble, and rises slowly."""

from collections.abc import Iterator

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import Connection
from lifeguard.observe.width import GOOD_BEFORE_WIDER, Latencies, Width
from tests.builders import policy
from tests.proxy import Fault, Proxy, anything, as_json, delayed, too_many_requests, unavailable

MOST = 8


def after_good(width: Width, answers: int) -> Width:
    """The width after so many answers in their usual time."""
    for _ in range(answers):
        width = width.good()
    return width


def test_a_refusal_halves_it_and_each_slow_answer_takes_one() -> None:
    assert (Width(8, 8).refused().at_once, Width(8, 8).slow().at_once) == (4, 7)


def test_it_rises_by_one_after_twenty_good_answers_in_a_row() -> None:
    narrow = Width(8, 4)
    assert after_good(narrow, GOOD_BEFORE_WIDER - 1).at_once == 4
    assert after_good(narrow, GOOD_BEFORE_WIDER).at_once == 5
    assert after_good(after_good(narrow, GOOD_BEFORE_WIDER - 1).slow(), 1).at_once == 3


@given(st.integers(1, 64), st.lists(st.sampled_from(["refused", "slow", "good"]), max_size=300))
def test_whatever_happens_one_call_can_be_made_and_never_more_than_the_policy_allows(
    most: int, happened: list[str]
) -> None:
    width = Width(most, most)
    for what in happened:
        width = getattr(width, what)()
        assert 1 <= width.at_once <= most


def test_another_policy_does_not_forget_the_trouble() -> None:
    assert (Width(2, 2).up_to(8).at_once, Width(8, 3).up_to(6).at_once, Width(8, 8).up_to(2).at_once) == (8, 3, 2)


def test_an_answer_is_slow_by_what_its_own_kind_can_do() -> None:
    latencies = Latencies()
    assert not any(latencies.is_slow("a page of runs", 0.4) for _ in range(5))
    assert [latencies.is_slow("a count", taken) for taken in (0.01, 0.05, 0.2, 2.0)] == [False, False, False, True]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A server to which everything is fine."""
    with Proxy(lambda _: as_json({"fine": True})) as running:
        yield running


async def ask(api: Api, times: int) -> None:
    """Ask so often, as much at once as is allowed."""

    async def once() -> None:
        try:
            await api.get("flows")
        except CallFailed:
            return

    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(once)


def most_at_once(proxy: Proxy, first: int) -> tuple[int, int]:
    """How many requests were under way at once during so many calls, and during many more."""

    async def session() -> tuple[int, int]:
        async with Api(Connection(proxy.api_url), policy(concurrency=MOST, retry_attempts=0)) as api:
            await ask(api, first)
            before, proxy.most_at_once = proxy.most_at_once, 0
            await ask(api, GOOD_BEFORE_WIDER - 1)
            return before, proxy.most_at_once

    return anyio.run(session)


@pytest.fixture
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where other tests run beside this one, no answer is slow."""
    monkeypatch.setattr("lifeguard.observe.width.SLOW_AT_LEAST_SECONDS", 60.0)


@pytest.mark.usefixtures("busy_machine")
def test_a_server_that_is_well_is_asked_as_much_at_once_as_the_policy_allows(proxy: Proxy) -> None:
    proxy.fail(anything, delayed(0.2))
    assert most_at_once(proxy, 16) == (MOST, MOST)


@pytest.mark.usefixtures("busy_machine")
@pytest.mark.parametrize("refusal", [too_many_requests(0), unavailable(0)])
def test_after_one_refusal_it_is_asked_half_as_much_at_once(proxy: Proxy, refusal: Fault) -> None:
    proxy.fail(anything, refusal, times=1)
    proxy.fail(anything, delayed(0.1))
    _, later = most_at_once(proxy, 1)
    assert later == MOST // 2


def test_while_its_answers_take_longer_and_longer_it_is_asked_one_at_a_time(proxy: Proxy) -> None:
    proxy.fail(anything, delayed(0.01), times=8)
    proxy.fail(anything, delayed(0.9), times=10)
    _, later = most_at_once(proxy, 18)
    assert later == 1
