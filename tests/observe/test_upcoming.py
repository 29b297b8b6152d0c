"""What is to start, on a real server: what Prefect has made and what it will make, and no queue polled by asking."""

from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from lifeguard.facts import OWN_TAG, Pool, Server, ServerSettings
from lifeguard.observe import upcoming as observing
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.observe.schedules import Dates, dates_of
from lifeguard.observe.upcoming import Seen, find_upcoming
from lifeguard.snapshot import Snapshot
from lifeguard.upcoming import Untold
from tests.builders import NOW, policy
from tests.estate import Estate, wait_until
from tests.footprint import settled_footprint

HOSTILE = "it's | `x` {{y}} 🛟"
POOLS = (Pool("1", "etl"), Pool("2", HOSTILE))
HOURS = timedelta(hours=5)


def seen(estate: Estate, page_size: int = 200, hours: timedelta = HOURS) -> Seen:
    async def look() -> Seen:
        server = Server(estate.api_url, settings=ServerSettings(page_size=page_size))
        async with Api(Connection(estate.api_url), policy()) as api:
            now = utc_now()
            return await find_upcoming(api, Snapshot(server, now), POOLS, now + hours)

    return anyio.run(look)


def by_pool(found: Seen) -> dict[str, tuple[int, int]]:
    """Runs that are made, and that are not."""
    names = {run.pool for run in found.coming}
    own = {name: [run.is_made for run in found.coming if run.pool == name] for name in names}
    return {name: (made.count(True), made.count(False)) for name, made in own.items()}


def scheduled(estate: Estate, pool: str, schedule: dict[str, Any], name: str = "by schedule") -> str:
    deployment = estate.deployment(name, pool)
    estate.schedule(deployment, schedule)
    return deployment


def test_runs_that_are_made_are_read_whatever_the_page(estate: Estate) -> None:
    for pool in ("etl", HOSTILE, "ignored"):
        estate.pool(pool)
        deployment = estate.deployment(f"to {pool}", pool)
        for minutes in (-5, 10, 70, 400):
            estate.future_run(deployment, minutes)
    estate.future_run(estate.deployment("served"), 10)
    estate.future_run(estate.deployment("own", "etl"), 10, tags=[OWN_TAG])
    found = seen(estate, page_size=2)
    assert (by_pool(found), found.elsewhere, found.read_until) == ({"etl": (3, 0), HOSTILE: (3, 0)}, 1, None)


def test_what_prefect_has_not_made_yet_comes_from_the_schedule(estate: Estate) -> None:
    estate.pool(HOSTILE)
    scheduled(estate, HOSTILE, {"interval": 3600, "anchor_date": (utc_now() + timedelta(minutes=30)).isoformat()})
    wait_until(lambda: by_pool(seen(estate)).get(HOSTILE, (0, 0))[0] == 3, "Prefect has made its three runs", 60)
    assert by_pool(seen(estate)) == {HOSTILE: (3, 2)}


def test_to_look_ahead_polls_no_queue_and_makes_no_run(estate: Estate) -> None:
    estate.pool("etl")
    estate.future_run(estate.deployment("load", "etl"), 10)
    before = settled_footprint(estate.api_url)
    seen(estate)
    assert settled_footprint(estate.api_url) == before


def test_over_the_ceiling_the_rest_is_untold(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    estate.pool("etl")
    deployment = estate.deployment("load", "etl")
    for minutes in (10, 20, 30, 40, 50):
        estate.future_run(deployment, minutes)
    monkeypatch.setattr(observing, "RUNS_AT_MOST", 3)
    found = seen(estate, page_size=2)
    assert found.read_until and len(found.coming) == 3
    assert Untold("etl", found.read_until) in found.untold


def dates(schedule: dict[str, Any], hours: float) -> Dates:
    return anyio.run(dates_of, schedule, NOW, NOW + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("schedule", "number"),
    [
        ({"cron": "*/15 * * * *"}, 7),
        ({"interval": 900, "anchor_date": "2026-01-01T00:05:00Z"}, 8),
        ({"rrule": "FREQ=HOURLY"}, 1),
        ({"cron": "0 3 * * *", "timezone": "Europe/Zurich"}, 0),
        ({"cron": "* * * * *"}, 119),
    ],
)
def test_dates_are_those_of_prefect(schedule: dict[str, Any], number: int) -> None:
    found = dates(schedule, 2)
    assert len(found.times) == number and found.untold_after is None
    assert all(type(time) is datetime and time.utcoffset() == timedelta(0) for time in found.times)


def test_two_days_by_the_minute_are_told_wholly() -> None:
    found = dates({"cron": "* * * * *"}, 48)
    assert (len(found.times), found.untold_after) == (48 * 60 - 1, None)


def test_a_rule_that_costs_too_much_may_make_any_run() -> None:
    assert dates({"rrule": "FREQ=MINUTELY"}, 2) == Dates(untold_after=NOW)


def test_a_schedule_that_is_not_understood_may_make_any_run() -> None:
    assert dates({"moon": "full"}, 2) == Dates(untold_after=NOW)
