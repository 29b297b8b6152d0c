"""The starts of runs on a real server: which count, how long they waited, and that what was not read is said."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio
import pytest

from lifeguard.facts import OWN_TAG, Pool, Server, ServerSettings, as_utc
from lifeguard.observe import starts as observing
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.observe.starts import find_starts
from lifeguard.snapshot import Missing, Snapshot
from lifeguard.spans import Span
from lifeguard.starts import Starts
from tests.builders import policy
from tests.estate import Estate, wait_until
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, answering, ending

HOSTILE = "it's | `x` {{y}} 🛟"
ETL, MILL = Pool("id-of-etl", "etl"), Pool("id-of-mill", HOSTILE)
WAITED_SECONDS = 1.0


@dataclass(frozen=True)
class Works:
    """Two pools on which five runs began, the last three of them at known times, and much that does not count."""

    api_url: str
    window: Span
    last_three: list[datetime]


@pytest.fixture(scope="module")
def works(either_server: PrefectServer) -> Generator[Works, None, None]:
    with Estate(either_server.api_url) as estate:
        estate.raze()
        try:
            yield build(estate, either_server.api_url)
        finally:
            estate.raze()


def build(estate: Estate, api_url: str) -> Works:
    """The runs were expected ten minutes before they were made."""
    made_at = utc_now()
    for pool in ("etl", HOSTILE, "ignored"):
        estate.pool(pool)
    load, grind = estate.deployment("load", "etl"), estate.deployment("grind", HOSTILE)
    runs = [estate.pending_run(deployment) for deployment in (load, load, load, grind, grind)]
    own = [estate.pending_run(load, tags=[OWN_TAG])]
    elsewhere = [estate.pending_run(estate.deployment(name, pool)) for name, pool in (("x", "ignored"), ("y", None))]
    never_began(estate, load)
    all_made_at = utc_now()
    wait_until(lambda: utc_now() - all_made_at > timedelta(seconds=WAITED_SECONDS), "some seconds passed")
    for run in (*runs, *own, *elsewhere):
        estate.start(run)
    begin_again(estate, runs[0])
    estate.complete(runs[1])
    last_three = [as_utc(estate.state_of(run)["timestamp"]) for run in runs[2:]]
    window = Span(made_at - timedelta(seconds=60), utc_now() + timedelta(seconds=60))
    return Works(api_url, window, [time for time in last_three if time])


def never_began(estate: Estate, deployment: str) -> None:
    """Runs in a window by the filter of the server: cancelled and crashed before they began, and one that is due."""
    estate.cancel(estate.pending_run(deployment))
    estate.crash(estate.pending_run(deployment), "Failed to submit flow run to infrastructure")
    estate.overdue_run(deployment, 0)


def begin_again(estate: Estate, run: str) -> None:
    """A retry."""
    estate.postpone(run, 0, "AwaitingRetry")
    estate.start(run)


def found(
    api_url: str, window: Span, page_size: int = 200, after: datetime | None = None
) -> tuple[Starts | None, tuple[Missing, ...], int]:
    """What was read, what of it was not, and at what price."""

    async def look() -> tuple[Starts | None, tuple[Missing, ...], int]:
        server = Server(api_url, settings=ServerSettings(page_size=page_size))
        async with Api(Connection(api_url), policy()) as api:
            starts, missing = await find_starts(api, Snapshot(server, window.end, (ETL, MILL)), after, window)
            return starts, missing, api.calls

    return anyio.run(look)


def test_every_first_start_is_read_once(works: Works) -> None:
    starts, missing, calls = found(works.api_url, works.window)
    assert starts and [run.pool_id for run in starts.runs] == [ETL.id] * 3 + [MILL.id] * 2
    assert [run.began for run in starts.runs][2:] == works.last_three
    assert (missing, calls) == ((), 1)


def test_a_run_that_was_made_after_it_was_expected_waits_since_it_was_made(works: Works) -> None:
    starts, _, _ = found(works.api_url, works.window)
    assert starts and all(WAITED_SECONDS < run.waited_seconds < 120 for run in starts.runs)


def test_a_window_has_what_began_in_it_and_not_what_began_at_its_end(works: Works) -> None:
    third, fourth, fifth = works.last_three
    starts, _, _ = found(works.api_url, Span(third, fifth))
    assert starts and [run.began for run in starts.runs] == [third, fourth]


def test_pages_are_read_to_the_end_of_the_window(works: Works) -> None:
    whole, paged = found(works.api_url, works.window), found(works.api_url, works.window, page_size=2)
    assert paged[:2] == whole[:2]


def test_over_the_ceiling_a_first_part_is_whole_and_the_rest_is_named(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "STARTS_AT_ONCE", 4)
    first, missing, _ = found(works.api_url, works.window, page_size=2)
    assert first and missing[0].what == f"starts of runs since {first.until:%H:%M:%S} UTC" and not missing[0].essential
    second, _, _ = found(works.api_url, Span(first.until, works.window.end))
    whole, _, _ = found(works.api_url, works.window)
    assert second and whole and (*first.runs, *second.runs) == whole.runs


def test_what_no_patrol_counted_within_a_day_is_named(works: Works) -> None:
    mark = works.window.start - timedelta(hours=5)
    starts, missing, _ = found(works.api_url, works.window, after=mark)
    assert starts and (starts.after, len(starts.runs)) == (mark, 5)
    assert [each.what for each in missing] == [f"starts of runs since {mark:%Y-%m-%d %H:%M} UTC"]


def test_a_server_that_does_not_answer_has_told_nothing(works: Works) -> None:
    with Proxy(works.api_url) as proxy:
        proxy.fail(ending("flow_runs/filter"), answering(500, "{}"))
        assert found(proxy.api_url, works.window) == (
            None,
            (Missing("starts of runs", "HTTP 500", essential=False),),
            1,
        )
