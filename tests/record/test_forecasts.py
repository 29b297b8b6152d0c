"""Forecasts of drains whose end is known, from a history as patrols write it; and what is not foretold."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest

from lifeguard.forecast import Bound, Forecast, Holding, Outlook
from lifeguard.record.database import Database, database_at
from lifeguard.record.forecast_queries import forecasts
from lifeguard.record.tables import INCIDENTS, SERVERS
from tests.builders import API_URL, NOW, ago, ahead, policy
from tests.record.drains import Drain, Scene, by_chance, drain, evenly, every, then, write
from tests.record.kept import sql
from tests.record.past import put

FROM_HALF_ON = (0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
HOSTILE = "it's | `x` {{y}} 🛟"
DRAINS: dict[str, Drain] = {
    "constant": drain(748, evenly(20)),
    "fast": drain(748, evenly(60)),
    "slow": drain(90, evenly(0.5)),
    "with arrivals": drain(600, evenly(20), evenly(8)),
    "noisy": drain(748, by_chance(20)),
    "noisy with arrivals": drain(900, by_chance(25), by_chance(8)),
    "bursts": drain(600, evenly(12), every(15, 60)),
    "noisy bursts": drain(600, by_chance(14), every(10, 40)),
    "a worker came": drain(900, then(15, evenly(10), evenly(25))),
    "a worker died": drain(900, then(10, evenly(30), evenly(15))),
}


@pytest.fixture
def history(tmp_path: Path) -> Database:
    return database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")


def foretold(database: Database, scenes: Sequence[Scene], **columns: Any) -> dict[str, Forecast]:
    anyio.run(lambda: write(database, scenes, **columns))
    return anyio.run(forecasts, database, API_URL, NOW)


def off_by(forecast: Forecast, scene: Scene) -> float:
    """By how much of the whole drain the foretold end is not the true one."""
    return abs(forecast.gone_at - scene.ends_at) / scene.drain.lasts if forecast.gone_at else 9.0


def the(database: Database, made: Drain, share: float = 0.6, **columns: Any) -> Forecast:
    return foretold(database, [Scene("etl", made, share)], **columns)["etl"]


def test_from_its_half_on_the_end_of_a_drain_is_foretold_within_a_fifth(history: Database) -> None:
    scenes = [Scene(f"{name} at {share}", made, share) for name, made in DRAINS.items() for share in FROM_HALF_ON]
    told = foretold(history, scenes)
    errors = {scene.name: round(off_by(told[scene.name], scene), 2) for scene in scenes}
    assert {name: error for name, error in errors.items() if error > 0.2} == {}


def test_rates_are_those_of_the_drain(history: Database) -> None:
    flow = the(history, DRAINS["with arrivals"]).flow
    assert flow and flow.starts == pytest.approx(20, rel=0.05) and flow.arrivals == pytest.approx(8, rel=0.1)


def test_a_backlog_that_grows_has_no_end(history: Database) -> None:
    told = the(history, Drain([60 + second // 12 for second in range(7200)], [0, 1] * 3600), 0.5)
    assert (told.outlook, told.gone_at) == (Outlook.GROWS, None)


def test_a_backlog_that_goes_up_and_down_stays(history: Database) -> None:
    told = the(history, Drain([100 + second // 60 % 7 for second in range(7200)], [0, 1] * 3600), 0.5)
    assert (told.outlook, told.gone_at) == (Outlook.STAYS, None)


def test_without_starts_a_backlog_stands_still(history: Database) -> None:
    told = the(history, Drain([40] * 7200, [0] * 7200), 0.5)
    assert (told.outlook, told.gone_at, told.more) == (Outlook.STANDS_STILL, None, None)


def test_of_a_burst_that_came_just_now_nothing_is_foretold(history: Database) -> None:
    told = the(history, DRAINS["constant"], 0.05)
    assert (told.outlook, told.flow) == (Outlook.TOO_EARLY, None)


def test_where_patrols_have_stopped_nothing_is_foretold(history: Database) -> None:
    anyio.run(write, history, [Scene("etl", DRAINS["constant"], 0.6)])
    told = anyio.run(forecasts, history, API_URL, ahead(400))["etl"]
    assert (told.outlook, told.standing.looked_at) == (Outlook.UNWATCHED, NOW)


def test_a_pool_without_overdue_runs_is_clear_and_one_that_is_unseen_is_unseen(history: Database) -> None:
    anyio.run(write, history, [Scene(name, Drain([0] * 7200, [1] * 7200), 0.5) for name in ("clear", HOSTILE)])
    sql(history, "UPDATE lifeguard_readings SET overdue = NULL WHERE pool = 102")
    told = anyio.run(forecasts, history, API_URL, NOW)
    assert {name: each.outlook for name, each in told.items()} == {"clear": Outlook.CLEAR, HOSTILE: Outlook.UNSEEN}


def test_a_full_pool_is_held_by_its_limit_and_more_slots_are_counted_by_what_one_gives(history: Database) -> None:
    told = the(history, DRAINS["constant"], 0.6, active_slots=10, concurrency_limit=10)
    assert told.holding == Holding(Bound.POOL_LIMIT, "etl", 10)
    assert (told.standing.overdue, told.more) == (299, 5)


def test_where_no_limit_is_full_the_workers_hold(history: Database) -> None:
    told = the(history, DRAINS["constant"], 0.2, workers_online=4)
    assert (told.holding, told.more) == (Holding(Bound.WORKERS, "etl", 4), 8)


def test_a_backlog_that_starts_within_the_target_needs_nothing_more(history: Database) -> None:
    assert the(history, DRAINS["constant"], 0.9).more is None


def test_the_target_is_that_of_the_policy_for_the_pool(history: Database) -> None:
    anyio.run(write, history, [Scene("etl", DRAINS["constant"], 0.2)])
    own = policy(pools={"e*": {"backlog_target_seconds": 3600}})
    told = anyio.run(forecasts, history, API_URL, NOW, own)["etl"]
    assert (told.target_seconds, told.more) == (3600, None)


def full_queue(**deviations: Any) -> dict[str, Any]:
    """The row of an incident: a queue of the pool `etl` whose five slots are taken."""
    own = {"fingerprint": "queue-limit-saturated:work-queue:1", "code": "queue-limit-saturated", "pool_name": "etl"}
    about = {"resource_kind": "work-queue", "resource_id": "1", "resource_name": HOSTILE, "title": "It is full"}
    rest: dict[str, Any] = {"evidence": {"concurrency_limit": 5}, "remedy": [], "run_ids": [], "affected_runs": 3}
    severities = {"severity": "warning", "seen_severity": "warning"}
    times = {"first_seen_at": ago(600), "last_seen_at": NOW, "opened_at": ago(600)}
    return {"server_id": 1, **own, **about, **rest, **severities, **times, **deviations}


def with_incident(history: Database, **deviations: Any) -> Forecast:
    anyio.run(write, history, [Scene("etl", DRAINS["constant"], 0.6)])
    anyio.run(put, history, INCIDENTS, full_queue(**deviations))
    return anyio.run(forecasts, history, API_URL, NOW)["etl"]


def test_an_open_incident_proves_what_holds(history: Database) -> None:
    told = with_incident(history)
    assert (told.holding, told.more) == (Holding(Bound.QUEUE_LIMIT, HOSTILE, 5), None)


def test_an_incident_that_is_gone_holds_nothing(history: Database) -> None:
    told = with_incident(history, gone_since=NOW)
    assert told.holding == Holding(Bound.WORKERS, "etl", 2)


def test_before_the_first_patrol_there_are_no_forecasts(database: Database) -> None:
    async def story() -> dict[str, Forecast]:
        await put(database, SERVERS, {"id": 1, "name": API_URL})
        return await forecasts(database, API_URL, NOW)

    assert anyio.run(story) == {}


def test_every_database_tells_the_same(database: Database) -> None:
    told = the(database, DRAINS["noisy bursts"], 0.5)
    assert told.outlook is Outlook.SHRINKS and off_by(told, Scene("etl", DRAINS["noisy bursts"], 0.5)) < 0.2
