"""What the history answers when it is asked, on both databases; written by patrols, as it is in the world."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import anyio
import pytest
from sqlalchemy import insert, select

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import Finding
from lifeguard.history import History, Life, PoolHistory, Reading, Seconds
from lifeguard.incidents import ChangeKind
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.failures import NoHistoryYet
from lifeguard.record.incident_queries import read_incident
from lifeguard.record.queries import read_history
from lifeguard.record.reading_queries import pool_readings
from lifeguard.record.remember import remember
from lifeguard.record.tables import HOURS, POOLS
from lifeguard.snapshot import Snapshot
from tests import builders as b

HOUR = 3600.0
STAFFED = b.snapshot(waiting=[b.run(overdue=-300)])
UNSTAFFED = b.snapshot(workers=[b.worker(silent=HOUR)], waiting=[b.run(overdue=120)])
AWAY = b.snapshot(pools=[b.pool("web")])


def patrol(
    database: Database, *ats: float, seen: Snapshot = STAFFED, findings: Sequence[Finding] | None = (), name: str = ""
) -> None:
    """A patrol at each of these seconds after NOW; without `findings=None` it finds nothing."""
    own = b.policy(server_name=name or None)
    for at in ats:
        look = b.judgement(seen, at=at, findings=findings, own=own)
        anyio.run(remember, database, look, f"{name} patrol at {at} of {len(seen.pools)}")


def history(
    database: Database, since: float, until: float, pool: str | None = None, server: str = b.API_URL
) -> History:
    return anyio.run(read_history, database, server, b.ahead(since), b.ahead(until), pool)


def told(database: Database, since: float, until: float, pool: str | None = None) -> list[str]:
    return [incident.fingerprint for incident in history(database, since, until, pool).incidents]


def life(database: Database, id: int) -> Life | None:
    return anyio.run(read_incident, database, id)


def minutes(first: int, last: int) -> list[float]:
    """A patrol every five minutes, which is just often enough."""
    return [60.0 * minute for minute in range(first, last + 1, 5)]


def an_outage(database: Database) -> None:
    """Ten quiet minutes, then twenty without a worker for work that was due two minutes before, then ten quiet ones."""
    patrol(database, *minutes(0, 5))
    patrol(database, *minutes(10, 25), seen=UNSTAFFED, findings=[b.finding(due=120 - 600)])
    patrol(database, *minutes(30, 40))


def roll_up(database: Database, hour: datetime, came_to: Seconds) -> None:
    """As retention does it for the only pool."""

    async def write() -> None:
        async with writing(database) as connection:
            pool = (await connection.execute(select(POOLS.c.id))).scalar_one()
            sums = {
                "watched_seconds": came_to.watched,
                "demand_seconds": came_to.demand,
                "up_seconds": came_to.up,
            }
            await connection.execute(insert(HOURS).values(pool=pool, hour=hour, **sums))

    anyio.run(write)


def test_an_outage_is_told_with_its_uptime_and_the_minutes_that_it_cost(database: Database) -> None:
    an_outage(database)
    read = history(database, 0, HOUR)
    (incident,) = read.incidents
    assert (read.server, read.since, read.until) == (b.API_URL, b.NOW, b.ahead(HOUR))
    assert (incident.id, incident.began_at, incident.opened_at) == (1, b.ahead(480), b.ahead(600))
    assert (incident.ended_at, incident.resolved_at) == (b.ahead(1800), b.ahead(2100))
    assert read.pools == (PoolHistory("etl", Seconds(2400, 2400, 1200), {"pool-no-workers": 22.0}),)


def test_an_incident_belongs_to_every_window_that_it_overlaps(database: Database) -> None:
    an_outage(database)
    own = ["pool-no-workers:work-pool:pool-etl"]
    windows = [(0, 480), (0, 500), (1000, 1100), (1790, 3600), (1800, 3600)]
    assert [told(database, *window) for window in windows] == [[], own, own, own, []]


def test_an_open_incident_belongs_to_every_window_until_now(database: Database) -> None:
    patrol(database, 0, 60, findings=[b.finding()])
    assert told(database, 10 * HOUR, 20 * HOUR) == ["pool-no-workers:work-pool:pool-etl"]


def test_a_suspicion_is_not_part_of_the_history(database: Database) -> None:
    patrol(database, 0, findings=[b.finding(severity="warning")])
    assert told(database, -HOUR, HOUR) == []
    assert life(database, 1) is None


def test_one_pool_is_told_without_the_others(database: Database) -> None:
    seen = b.snapshot(pools=[b.pool(), b.pool("web")])
    patrol(database, 0, 60, seen=seen, findings=[b.finding(), b.finding(pool="web"), b.finding("worker-lost")])
    read = history(database, 0, HOUR, "web")
    assert [incident.fingerprint for incident in read.incidents] == ["pool-no-workers:work-pool:pool-web"]
    assert read.pools == (PoolHistory("web", Seconds(60.0)),)


def test_pools_come_by_name_and_one_that_was_gone_before_the_window_not_at_all(database: Database) -> None:
    patrol(database, 0, 60)
    patrol(database, 120, 180, seen=b.snapshot(pools=[b.pool("web"), b.pool("api")]))
    assert [pool.name for pool in history(database, 0, HOUR).pools] == ["api", "etl", "web"]
    assert [pool.name for pool in history(database, 130, HOUR).pools] == ["api", "web"]


def test_a_pool_is_watched_until_it_is_gone(database: Database) -> None:
    patrol(database, *minutes(0, 10))
    patrol(database, *minutes(15, 20), seen=AWAY)
    assert history(database, 0, HOUR, "etl").pools == (PoolHistory("etl", Seconds(900, 900, 900)),)


def test_two_pools_that_had_one_name_after_another_are_told_as_one(database: Database) -> None:
    patrol(database, 0, 60)
    again = b.Pool("another-id", "etl", "process", "READY", False, None, None)
    patrol(database, 120, 180, seen=b.snapshot(pools=[again], workers=[]))
    assert history(database, 0, HOUR).pools == (PoolHistory("etl", Seconds(180, 120, 120)),)


def test_time_without_patrols_is_not_watched(database: Database) -> None:
    patrol(database, 0, 60, 2000, 2060)
    assert [pool.seconds for pool in history(database, 0, HOUR).pools] == [Seconds(120, 120, 120)]


def test_the_edges_of_a_window_are_known_from_the_patrols_around_it(database: Database) -> None:
    patrol(database, 0, 100, 200, 300)
    assert [pool.seconds for pool in history(database, 50, 250).pools] == [Seconds(200, 200, 200)]


def test_rolled_up_hours_are_told_instead_of_the_readings_and_never_with_them(database: Database) -> None:
    patrol(database, *minutes(0, 130))
    assert [pool.seconds for pool in history(database, 600, 7800).pools] == [Seconds(7200, 7200, 7200)]
    roll_up(database, b.ahead(HOUR), Seconds(1000, 500, 100))
    assert [pool.seconds for pool in history(database, 600, 7800).pools] == [Seconds(4600, 4100, 3700)]


def test_an_hour_at_the_edge_is_told_by_the_readings(database: Database) -> None:
    patrol(database, *minutes(0, 70))
    roll_up(database, b.NOW, Seconds(1000, 500, 100))
    assert [pool.seconds for pool in history(database, 1800, HOUR).pools] == [Seconds(1800, 1800, 1800)]
    assert [pool.seconds for pool in history(database, 0, HOUR).pools] == [Seconds(1000, 500, 100)]


def test_the_readings_of_a_pool_begin_with_the_one_that_held_before(database: Database) -> None:
    an_outage(database)

    async def read() -> list[Reading]:
        async with reading(database) as connection:
            return await pool_readings(connection, 1, b.ahead(700), b.ahead(1700))

    assert [(each.at, each.workers_online) for each in anyio.run(read)] == [(b.NOW, 1), (b.ahead(600), 0)]


def test_servers_do_not_see_each_other(database: Database) -> None:
    patrol(database, 0, 60, name="one", findings=[b.finding()])
    patrol(database, 0, 60, name="other", seen=AWAY)
    one, other = (history(database, 0, HOUR, server=name) for name in ("one", "other"))
    assert [len(each.incidents) for each in (one, other)] == [1, 0]
    assert [[pool.name for pool in each.pools] for each in (one, other)] == [["etl"], ["web"]]


def test_a_server_that_the_history_does_not_know_is_refused_with_those_that_it_knows(database: Database) -> None:
    patrol(database, 0)
    with pytest.raises(ConfigurationError) as refused:
        history(database, 0, HOUR, server="http://a/api")
    assert str(refused.value) == (
        "There is nothing about http://a/api in the history; it knows http://127.0.0.1:4200/api "
        "(LIFEGUARD_SERVER_NAME says which one is meant)."
    )


def test_tables_without_any_server_say_how_the_history_begins(database: Database) -> None:
    async def only_tables() -> None:
        async with writing(database):
            pass

    anyio.run(only_tables)
    with pytest.raises(ConfigurationError, match="it begins with the first `lifeguard patrol`"):
        history(database, 0, HOUR)


def test_a_misspelt_pool_is_refused_with_the_nearest_name(database: Database) -> None:
    patrol(database, 0, seen=b.snapshot(pools=[b.pool("alpha"), b.pool("beta")]))
    for asked, hint in (("alpah", "did you mean 'alpha'?"), ("xyz", "`lifeguard history` lists those that it knows.")):
        with pytest.raises(ConfigurationError) as refused:
            history(database, 0, HOUR, asked)
        assert str(refused.value) == f"There is no work pool '{asked}' in the history of {b.API_URL}; {hint}"


def test_where_nothing_was_recorded_there_is_no_history_yet(tmp_path: Path) -> None:
    nowhere = Database("the test", file=tmp_path / "none.db")
    with pytest.raises(NoHistoryYet):
        history(nowhere, 0, HOUR)


def test_the_life_of_an_incident_holds_the_words_and_the_proof_of_every_moment(database: Database) -> None:
    patrol(database, 0, 60, findings=[b.finding(severity="warning", runs=1, due=30)])
    patrol(database, 120, findings=[b.finding(runs=3, due=30)])
    patrol(database, 180, 500)
    read = life(database, 1)
    assert read is not None and read.server == b.API_URL
    assert [(change.kind, change.at, change.incident.severity.value) for change in read.changes] == [
        (ChangeKind.OPENED, b.ahead(60), "warning"),
        (ChangeKind.ESCALATED, b.ahead(120), "critical"),
        (ChangeKind.RESOLVED, b.ahead(500), "critical"),
    ]
    assert [dict(change.incident.finding.evidence) for change in read.changes] == [
        {"overdue_runs": runs, "oldest_run_expected": b.ago(30)} for runs in (1, 3, 3)
    ]


@pytest.mark.parametrize("id", [-1, 0, 2, 2**31, 2**70])
def test_an_incident_that_does_not_exist_is_none(database: Database, id: int) -> None:
    patrol(database, 0, 60, findings=[b.finding()])
    assert life(database, id) is None
