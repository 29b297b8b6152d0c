"""A patrol keeps out of the way of others: one call at a time, small pages, rests; and it is never late for that."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import TypeVar

import anyio
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.facts import ServerSettings
from lifeguard.judgement import judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.pacing import LONGEST_REST_SECONDS, RESTS_WITHIN_SECONDS, pace_on_patrol
from lifeguard.observe.paging import Row, every_row
from lifeguard.policy import Policy
from tests.builders import policy
from tests.estate import Estate
from tests.proxy import Answer, Proxy, Request, anything, as_json, delayed

T = TypeVar("T")
TAKES_SECONDS = 0.06


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A server that answers everything, after a moment."""
    with Proxy(lambda _: as_json([])) as running:
        running.fail(anything, delayed(TAKES_SECONDS))
        yield running


def patrolling(
    proxy: Proxy, act: Callable[[Api], Awaitable[T]], pace: float = 1, look_within_seconds: float = 240
) -> T:
    async def session() -> T:
        async with Api(Connection(proxy.api_url), policy(pace=pace, look_within_seconds=look_within_seconds)) as api:
            with api.looking(on_patrol=True):
                return await act(api)

    return anyio.run(session)


async def crowd(api: Api) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(4):
            tasks.start_soon(api.get, f"question/{number}")


def gaps(proxy: Proxy) -> list[float]:
    """The seconds between the calls."""
    return [later.at - earlier.at for earlier, later in pairwise(proxy.requests)]


def test_a_patrol_makes_one_call_at_a_time_and_rests_after_each_as_long_as_it_took(proxy: Proxy) -> None:
    patrolling(proxy, crowd)
    assert (proxy.most_at_once, len(proxy.calls)) == (1, 4)
    assert min(gaps(proxy)) >= 1.8 * TAKES_SECONDS


def test_with_a_pace_of_zero_it_neither_rests_nor_waits_for_its_own_calls(proxy: Proxy) -> None:
    patrolling(proxy, crowd, pace=0)
    assert proxy.most_at_once == 2


def test_a_look_that_somebody_waits_for_is_not_paced(proxy: Proxy) -> None:
    async def waited_for() -> None:
        async with Api(Connection(proxy.api_url), policy()) as api:
            with api.looking():
                await crowd(api)

    anyio.run(waited_for)
    assert proxy.most_at_once == 2


def test_what_is_told_after_the_look_is_not_paced_either(proxy: Proxy) -> None:
    async def look_and_tell() -> None:
        async with Api(Connection(proxy.api_url), policy()) as api:
            with api.looking(on_patrol=True):
                await api.get("question")
            await crowd(api)

    anyio.run(look_and_tell)
    assert proxy.most_at_once == 2


def test_the_pace_of_a_policy_that_is_saved_on_the_server_counts_from_when_it_is_read(proxy: Proxy) -> None:
    async def hurry(api: Api) -> None:
        api.follow(policy(pace=0))
        await crowd(api)

    patrolling(proxy, hurry, pace=5)
    assert proxy.most_at_once == 2


@given(st.floats(0.1, 10), st.floats(1, 540), st.floats(0.001, 30), st.floats(0, 600))
def test_rests_shrink_as_a_look_goes_on_and_end_within_45_seconds_and_a_fifth_of_its_time(
    times: float, within: float, took: float, elapsed: float
) -> None:
    pace = pace_on_patrol(times, within)
    rest = pace.rest_seconds(took, elapsed)
    assert 0 <= pace.rest_seconds(took, elapsed + 1) <= rest <= min(times * took, LONGEST_REST_SECONDS)
    assert pace.rests(elapsed) is (elapsed < min(45, within / 5)) and (rest == 0 or pace.rests(elapsed))


@pytest.mark.parametrize("took", [0.005, 0.1, 0.5])
@pytest.mark.parametrize(("calls_take", "ends_within"), [(3.0, 11.0), (25.0, RESTS_WITHIN_SECONDS)])
def test_a_look_of_few_calls_rests_long_and_one_of_many_ends_within_its_minute(
    calls_take: float, ends_within: float, took: float
) -> None:
    elapsed = 0.0
    for _ in range(round(calls_take / took)):
        elapsed += took
        elapsed += pace_on_patrol(Policy().pace, 240).rest_seconds(took, elapsed)
    assert 0.6 * ends_within < elapsed < ends_within


@pytest.mark.parametrize(
    ("allowed", "times", "quickest", "elapsed", "asked"),
    [
        (200, 1, 0.01, 10, 50),
        (20, 1, 0.01, 10, 20),
        (200, 0, 0.01, 10, 200),
        (200, 1, 2.0, 10, 200),
        (200, 1, None, 10, 200),
        (200, 1, 0.01, 50, 200),
    ],
)
def test_pages_are_small_while_a_patrol_rests_but_where_each_page_costs_a_long_wait(
    allowed: int, times: float, quickest: float | None, elapsed: float, asked: int
) -> None:
    assert pace_on_patrol(times, 240).page_size(allowed, quickest, elapsed) == asked


def test_lists_are_read_in_small_pages_on_patrol(proxy: Proxy) -> None:
    async def read_twice(api: Api) -> None:
        for _ in range(2):
            await every_row(api, "work_queues/filter", {}, 200)

    patrolling(proxy, read_twice)
    assert [orjson.loads(each.body)["limit"] for each in proxy.requests] == [200, 50]


def test_a_list_is_read_to_its_end_though_its_pages_grow_as_the_rests_end() -> None:
    there = [{"id": str(number)} for number in range(900)]

    def page(request: Request) -> Answer:
        first = request.json["offset"]
        return as_json(there[first : first + request.json["limit"]])

    async def read(api: Api) -> list[Row]:
        await api.post("work_pools/filter", {"limit": 1, "offset": 0})
        return await every_row(api, "work_queues/filter", {}, 200)

    with Proxy(page) as proxy:
        proxy.fail(anything, delayed(TAKES_SECONDS))
        rows = patrolling(proxy, read, look_within_seconds=2)
    limits = [each.json["limit"] for each in proxy.requests][1:]
    assert rows == there
    assert (limits[0], limits[-1], sorted(limits)) == (50, 200, limits)


def test_what_the_server_hands_out_at_once_is_judged_alike_on_patrol_and_off(estate: Estate) -> None:
    async def page_size(*, on_patrol: bool) -> int:
        async with Api(Connection(estate.api_url), policy()) as api:
            seen = await judge(api, [], on_patrol=on_patrol)
            return seen.snapshot.server.settings.page_size

    sizes = {anyio.run(partial(page_size, on_patrol=on_patrol)) for on_patrol in (False, True)}
    assert sizes == {ServerSettings().page_size}
