"""The digest says in one look what the days came to, and never more than the history knows."""

from dataclasses import replace

import pytest

from lifeguard.digest import Digest, Held, Waits
from lifeguard.history import History, PoolHistory, Seconds, minutes_lost
from lifeguard.incidents import Incident
from lifeguard.pickups import Pickups
from lifeguard.report.digest_markdown import digest_page, empty_page
from lifeguard.spans import Span
from tests import builders as b
from tests.report.boards import EVIL, HOSTILE, opened
from tests.report.ui_markdown import headings, links, rows, text_of

DAY = 86_400.0
WINDOW = Span(b.ago(DAY), b.NOW)
ALL_DAY = Seconds(DAY, 3600, 3600)


def over(name: str = "etl", runs: int = 3) -> Incident:
    """It held work up for ten minutes and is resolved."""
    told = opened(b.finding(pool=name, runs=runs, due=900))
    return replace(told, gone_since=b.ago(300), resolved_at=b.ago(60))


def digest(*incidents: Incident, pools: tuple[PoolHistory, ...] = (PoolHistory("etl", ALL_DAY),)) -> Digest:
    lost = minutes_lost(incidents, WINDOW)
    told = tuple(replace(pool, minutes_lost=lost.get(pool.name, {})) for pool in pools)
    return Digest(History(b.API_URL, *WINDOW, incidents, told))


def text(of: Digest) -> str:
    return str(digest_page(of).data)


def test_a_quiet_day_is_green_and_says_so() -> None:
    assert headings(text(digest()))[0] == "🟢 No incident"


def test_a_day_that_was_not_watched_is_not_green_and_says_for_how_long() -> None:
    told = text(digest(pools=(PoolHistory("etl", Seconds(DAY / 2, 3600, 3600)),)))
    assert headings(told)[0].startswith("⚪") and "Watched for 12 h of 1 d" in told


def test_it_begins_with_what_the_day_cost() -> None:
    told = text(digest(over(), pools=(PoolHistory("etl", Seconds(DAY, 3600, 1800)),)))
    assert headings(told)[0] == "🔴 0 open, 1 resolved"
    lines = text_of(told).splitlines()
    assert "When: 2026-11-21 12:00 to 2026-11-22 12:00 UTC" in lines and "Time lost: 10 min" in lines
    assert "Least uptime: etl, 50 %" in lines and "Costliest cause: pool-no-workers, 10 min" in lines


def test_pools_that_were_always_up_are_only_counted() -> None:
    pools = (PoolHistory("bad", Seconds(DAY, 3600, 1800)), *(PoolHistory(f"fine-{n}", ALL_DAY) for n in range(40)))
    told = text(digest(pools=pools))
    assert ["bad", "50 %", "1 h", ""] in rows(told) and "40 more were up whenever there was demand" in told


def test_waits_are_compared_with_the_day_and_the_week_before() -> None:
    waits = Waits({"etl": Pickups.of([4.0] * 99 + [600.0])}, {"etl": Pickups.of([2.0])}, {})
    told = text(replace(digest(), waits=waits))
    assert ["etl", "100", "3.8 s", "4.9 s", "5.0 s", "2.0 s", ""] in rows(told)
    assert "Picked up: 100 runs, 95 of 100 within 4.9 s (2.0 s the days before)" in text_of(told)


def test_where_no_start_was_counted_it_says_so() -> None:
    assert "No start of a run was counted." in text(digest())


def test_deployments_come_with_where_the_numbers_are_from() -> None:
    told = text(replace(digest(over()), held=(Held("d", "flow/nightly", 3, 90),), asked_runs=3, named_runs=5))
    assert ["flow/nightly", "3", "1 min 30 s"] in rows(told)
    assert "at most 20 of each, 3 of 5 looked up on the server" in told


def test_a_server_that_could_not_be_asked_is_not_a_day_without_held_up_deployments() -> None:
    assert "Not known: the server could not be asked (HTTP 500)." in text(
        replace(digest(), held=None, unasked_because="HTTP 500")
    )


def test_what_came_and_went_is_named() -> None:
    told = text(replace(digest(over()), came=("new",), went=("old", "older")))
    assert "Changed: 1 incident opened, 1 resolved, 1 work pool came, 2 work pools went" in text_of(told)
    assert "Work pools that went: old, older." in told


def test_an_empty_history_is_said_to_be_one() -> None:
    page = empty_page("There is no history yet: it begins with the first patrol.")
    assert headings(str(page.data)) == ["⚪ There is nothing to tell yet"] and "first patrol" in str(page.data)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_becomes_a_link_or_an_image(name: str) -> None:
    waits = Waits({name: Pickups.of([1.0])})
    shown = replace(digest(over(name), pools=(PoolHistory(name, ALL_DAY),)), waits=waits, came=(name,), went=(name,))
    led = links(text(replace(shown, held=(Held("d", name, 1, 1),))))
    assert led and all(address.startswith("../../") for address in led) and EVIL not in str(led)


def test_two_thousand_bad_pools_stay_readable() -> None:
    pools = tuple(PoolHistory(f"pool-{n}", Seconds(DAY, 3600, 0)) for n in range(2000))
    told = text(digest(*(over(pool.name) for pool in pools), pools=pools))
    assert "1975 more" in told and len(told) < 50_000
