"""A server that is slow, refuses, or hangs: a look ends in time and within its calls, and accuses nobody of what it missed."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from lifeguard.configuration import Source, merged
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.workers import count_workers
from lifeguard.report import phrases
from lifeguard.snapshot import WAITING_RUNS, Snapshot
from tests.builders import policy, pool, run, snapshot
from tests.estate import Estate
from tests.patrolling import AT_ONCE, patrolled
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, anything, as_json, delayed, ending, every, too_many_requests, unavailable

POOLS, WITH_DUE_RUNS = 24, 6
PACED = {"pace": 1, "request_timeout_seconds": 60}
BLIND = frozenset({"pool-observation-failed", "check-crashed"})
LOOKS_FOR_SECONDS, MORE_SECONDS = 3, 20
"""More than that is a look that does not end in time; alone it takes a minute and more behind each of these faults."""


@dataclass(frozen=True)
class Mills:
    """Pools on which nobody works, with due runs in some, the proxy before their server, and what a whole look says."""

    estate: Estate
    proxy: Proxy
    clean: Judgement


@pytest.fixture(scope="module")
def built(server: PrefectServer) -> Generator[Mills, None, None]:
    with Estate(server.api_url) as estate, Proxy(server.api_url) as proxy:
        estate.raze()
        try:
            for number in range(POOLS):
                estate.pool(f"mill-{number:02}")
            for number in range(POOLS - WITH_DUE_RUNS, POOLS):
                estate.overdue_run(estate.deployment(f"grind-{number}", f"mill-{number:02}"))
            yield Mills(estate, proxy, looked(proxy))
        finally:
            estate.raze()


@pytest.fixture
def mills(built: Mills) -> Iterator[Mills]:
    built.proxy.heal()
    yield built
    built.proxy.heal()


def looked(proxy: Proxy, **limits: float) -> Judgement:
    """What a patrol sees and finds."""
    sources = [Source("the test", {**PACED, **limits})]

    async def look() -> Judgement:
        async with Api(Connection(proxy.api_url), merged(sources)) as api:
            return await judge(api, sources, on_patrol=True)

    return anyio.run(look)


def accused(judgement: Judgement) -> set[tuple[str, str, str]]:
    """What was found but for what could not be looked at."""
    found = (finding for finding in judgement.findings if finding.code not in BLIND)
    return {(finding.code, finding.severity.value, finding.resource.name) for finding in found}


def slow_and_429_on_every_tenth(proxy: Proxy) -> None:
    proxy.fail(every(10), too_many_requests())
    proxy.fail(anything, delayed(0.5))


def slow_and_503_on_every_third(proxy: Proxy) -> None:
    proxy.fail(every(3), unavailable())
    proxy.fail(anything, delayed(0.5))


def hanging_on_every_fifth(proxy: Proxy) -> None:
    proxy.fail(every(5), delayed(3600))


@pytest.mark.parametrize("fault", [slow_and_429_on_every_tenth, slow_and_503_on_every_third, hanging_on_every_fifth])
def test_a_look_at_a_server_in_trouble_ends_in_time_and_accuses_nobody_of_what_it_did_not_see(
    mills: Mills, fault: Callable[[Proxy], None]
) -> None:
    fault(mills.proxy)
    began = time.monotonic()
    judgement = looked(mills.proxy, look_within_seconds=LOOKS_FOR_SECONDS)
    assert time.monotonic() - began < LOOKS_FOR_SECONDS + MORE_SECONDS
    assert not judgement.is_complete
    assert accused(judgement) <= accused(mills.clean)


def test_no_more_calls_are_sent_than_the_ceiling_allows_with_those_that_are_repeated(mills: Mills) -> None:
    mills.proxy.fail(every(10), too_many_requests(0))
    judgement = looked(mills.proxy, call_ceiling=30)
    assert len(mills.proxy.calls) == judgement.snapshot.api_calls <= 30
    assert (judgement.is_complete, accused(judgement) <= accused(mills.clean)) == (False, True)


def test_a_patrol_that_reaches_its_ceiling_still_tells_people(mills: Mills, tmp_path: Path) -> None:
    mills.proxy.fail(every(10), too_many_requests(0))
    ceiling = {"LIFEGUARD_CALL_CEILING": "40", "LIFEGUARD_REQUEST_TIMEOUT_SECONDS": "60"}
    kept = patrolled(mills.proxy.api_url, tmp_path, {**AT_ONCE, **ceiling})
    assert not kept.judgement.is_complete
    assert len(mills.proxy.calls) <= 40 and ("POST", "/api/events") in mills.proxy.calls


def counted(api_url: str, seen: Snapshot, ceiling: int) -> Snapshot:
    """The snapshot with the workers that could be counted with so many calls."""

    async def count() -> Snapshot:
        async with Api(Connection(api_url), policy(call_ceiling=ceiling)) as api:
            return await count_workers(api, seen)

    return anyio.run(count)


def test_workers_are_counted_where_runs_are_due_and_the_rest_is_told_in_one_line() -> None:
    late, quiet = [pool(f"late-{number}") for number in range(9)], [pool(f"quiet-{number}") for number in range(20)]
    seen = snapshot(pools=[*quiet, *late], waiting=[run(each.name, each.name, overdue=60) for each in late])
    with Proxy(lambda _: as_json([])) as proxy:
        seen = counted(proxy.api_url, seen, ceiling=12)
    assert set(seen.workers) == {each.id for each in late}
    assert phrases.all_unseen(seen.missing) == [
        "workers of 20 work pools: the ceiling of 12 API calls leaves no more for this (call_ceiling)"
    ]


def test_what_follows_the_workers_has_its_share_of_the_time(mills: Mills) -> None:
    mills.proxy.fail(ending("workers/filter"), delayed(3600))
    judgement = looked(mills.proxy, look_within_seconds=8)
    assert judgement.snapshot.sees(WAITING_RUNS) and not judgement.snapshot.sees("workers")
