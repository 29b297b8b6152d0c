"""How a server stands by its history, on both databases."""

from dataclasses import replace

import anyio
import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import PoolReading, Severity
from lifeguard.judgement import Judgement
from lifeguard.pickups import Pickups
from lifeguard.record.database import Database
from lifeguard.record.remember import remember
from lifeguard.record.standing_queries import read_standing
from lifeguard.spans import Span
from lifeguard.standing import Standing, Trouble
from lifeguard.starts import Start, Starts
from tests import builders as b
from tests.metrics.standings import HOSTILE, reading
from tests.record.kept import write

AT_ONCE = b.policy(critical_recovery_seconds=0, warning_for_seconds=0)


def look(*pools: PoolReading, at: float = 0, seen: bool = True) -> Judgement:
    """One look that found these pools and a finding about each that is named `down-…`."""
    found = [b.finding(pool=pool.name, due=60) for pool in pools if pool.name.startswith("down")]
    missing = () if seen else (b.unseen("work pools"),)
    judged = b.judgement(b.snapshot(missing=missing), at=at, findings=found, own=AT_ONCE)
    return replace(judged, pools=pools)


def stands(database: Database, after: float = 2, server: str = b.API_URL) -> Standing:
    """How it stands so many seconds after NOW."""
    return anyio.run(read_standing, database, server, b.ahead(after), 300.0)


def test_a_reading_comes_back_as_it_was_seen(database: Database) -> None:
    seen = reading(HOSTILE, overdue=2, oldest_overdue_since=b.ago(90), oldest_overdue_seconds=90.0)
    write(database, look(seen), "first")
    assert stands(database).pools == (replace(seen, status=None),)


def test_the_newest_reading_counts_and_the_oldest_waits_until_the_newest_look(database: Database) -> None:
    waiting = reading(overdue=1, oldest_overdue_since=b.ago(90), oldest_overdue_seconds=90.0)
    write(database, look(reading(workers_online=0)), "first")
    write(database, look(waiting, at=60), "second")
    write(database, look(waiting, at=120), "third")
    (pool,) = stands(database, 150).pools
    assert (pool.workers_online, pool.oldest_overdue_seconds) == (2, 210.0)


def test_what_could_not_be_seen_stays_unknown(database: Database) -> None:
    write(database, look(reading(workers_online=None, overdue=None)), "first")
    (pool,) = stands(database).pools
    assert (pool.workers_online, pool.overdue) == (None, None)


def test_a_pool_that_was_deleted_is_gone_and_one_that_was_made_again_stands_once(database: Database) -> None:
    write(database, look(reading("etl"), reading("old")), "first")
    write(database, look(reading("etl", id="another", workers_online=1), at=60), "second")
    assert [(pool.name, pool.id) for pool in stands(database, 62).pools] == [("etl", "another")]


def test_one_that_was_made_again_stands_once_where_no_look_saw_the_other_go(database: Database) -> None:
    write(database, look(reading("etl")), "first")
    write(database, look(reading("etl", id="another"), at=60, seen=False), "second")
    assert [(pool.name, pool.id) for pool in stands(database, 62).pools] == [("etl", "another")]


def test_pools_and_incidents_end_when_nobody_looks_for_them_and_the_patrols_times_stay(database: Database) -> None:
    write(database, look(reading("down")), "first")
    late = stands(database, 301)
    assert (late.pools, late.troubles) == ((), {})
    assert late.patrol and late.patrol.finished_at == b.ahead(2)
    assert len(stands(database, 299).pools) == 1


def test_a_patrol_that_saw_no_pools_keeps_none_alive(database: Database) -> None:
    write(database, look(reading()), "first")
    write(database, look(at=280, seen=False), "second")
    blind = stands(database, 310)
    assert (blind.pools, blind.seen_at, blind.complete_at) == ((), b.NOW, b.ahead(2))
    assert blind.patrol and not blind.patrol.is_complete


def test_incidents_count_while_they_are_open(database: Database) -> None:
    write(database, look(reading("down-1"), reading("down-2")), "first")
    write(database, look(reading("down-1"), at=60), "second")
    write(database, look(reading("down-1"), at=120), "third")
    assert stands(database, 122).troubles == {Trouble(Severity.CRITICAL, "pool-no-workers", "down-1"): 1}


def test_how_long_runs_waited_comes_with_the_pools_and_goes_with_them(database: Database) -> None:
    began = Starts(None, Span(b.ago(60), b.NOW), (Start("pool-etl", b.ago(30), 7.5),))
    anyio.run(remember, database, look(reading()), "first", began)
    assert stands(database).pickups == {"etl": Pickups.of([7.5])}
    assert stands(database, 301).pickups == {}


def test_two_servers_in_one_history_do_not_mix(database: Database) -> None:
    write(database, look(reading("here")), "first")
    other = b.policy(server_name="other")
    write(database, replace(look(reading("there")), policy=other), "second")
    assert [pool.name for pool in stands(database).pools] == ["here"]
    assert [pool.name for pool in stands(database, server="other").pools] == ["there"]


def test_after_the_servers_clock_was_set_back_the_newest_look_counts(database: Database) -> None:
    write(database, look(reading(workers_online=1), at=7200), "first")
    write(database, look(reading(workers_online=0), at=0), "second")
    assert stands(database).patrol == stands(database, 10).patrol
    assert (newest := stands(database).patrol) and newest.finished_at == b.ahead(2)


def test_a_server_that_is_not_known_is_no_empty_one(database: Database) -> None:
    write(database, look(reading()), "first")
    with pytest.raises(ConfigurationError, match="nothing about http://elsewhere/api in the history; it knows"):
        stands(database, server="http://elsewhere/api")
