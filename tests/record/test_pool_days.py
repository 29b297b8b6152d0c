"""A pool's last hours and the pools that came and went, as patrols left them in the history, on both databases."""

import anyio

from lifeguard.pool_day import Point, PoolDay
from lifeguard.record.database import Database
from lifeguard.record.day_queries import read_pool_days
from lifeguard.record.pool_comings import pools_that_came_and_went
from lifeguard.record.remember import remember
from lifeguard.spans import Span
from tests import builders as b

HOUR = 3600.0
STAFFED = b.snapshot()
DEAD = b.snapshot(workers=[b.worker(silent=HOUR)], waiting=[b.run(overdue=120)])
Names = tuple[str, ...]


def patrol(database: Database, *ats: float, pools: Names = (), dead: bool = False) -> None:
    """A patrol at each of these seconds after NOW, of one pool with a worker, without one, or of these pools."""
    seen = DEAD if dead else b.snapshot(pools=[b.pool(name) for name in pools]) if pools else STAFFED
    for at in ats:
        anyio.run(remember, database, b.judgement(seen, at=at), f"patrol at {at}")


def day(database: Database, until: float, server: str = b.API_URL) -> dict[str, PoolDay]:
    window = Span(b.ahead(until - 24 * HOUR), b.ahead(until))
    return anyio.run(read_pool_days, database, server, ["pool-etl"], window)


def came_and_went(database: Database, since: float, until: float) -> tuple[Names, Names]:
    return anyio.run(pools_that_came_and_went, database, b.API_URL, Span(b.ahead(since), b.ahead(until)))


def test_a_day_holds_every_change_of_the_numbers_and_when_somebody_looked(database: Database) -> None:
    patrol(database, 0, 60, 120)
    patrol(database, 180, 240, dead=True)
    told = day(database, 240)["pool-etl"]
    assert told.points == (Point(b.NOW, 1, 0, 0), Point(b.ahead(180), 0, 1, 0))
    assert told.watched == (Span(b.NOW, b.ahead(240)),)


def test_a_day_holds_the_incidents_of_this_pool_only(database: Database) -> None:
    patrol(database, 0, 60, 120, dead=True)
    other = b.judgement(b.snapshot(pools=[b.pool("web")]), at=180, findings=[b.finding(pool="web")])
    anyio.run(remember, database, other, "of web")
    assert {incident.finding.pool_name for incident in day(database, 240)["pool-etl"].incidents} == {"etl"}


def test_of_a_server_or_a_pool_that_the_history_does_not_know_there_is_no_day(database: Database) -> None:
    patrol(database, 0, pools=("web",))
    assert day(database, 60) == {} and day(database, 60, "http://elsewhere.example/api") == {}


def test_a_pool_that_is_seen_for_the_first_time_came_and_one_that_is_not_seen_went(database: Database) -> None:
    patrol(database, 0, pools=("old", "stays"))
    patrol(database, 2 * HOUR, pools=("stays", "new"))
    assert came_and_went(database, HOUR, 3 * HOUR) == (("new",), ("old",))


def test_of_a_history_that_has_just_begun_nobody_knows_what_came(database: Database) -> None:
    patrol(database, 0, pools=("etl",))
    assert came_and_went(database, -HOUR, HOUR) == ((), ())


def test_a_pool_that_was_made_again_neither_came_nor_went(database: Database) -> None:
    patrol(database, 0)
    seen = b.snapshot(pools=[b.pool("web")])
    anyio.run(remember, database, b.judgement(seen, at=HOUR), "away")
    patrol(database, 2 * HOUR)
    assert came_and_went(database, HOUR - 1, 3 * HOUR)[1] == ("web",)
