"""Patrols that are written twice, too late, after the clock was set back, or not to their end."""

from typing import Any

import pytest

from lifeguard.judgement import Judgement
from lifeguard.record.database import Database
from lifeguard.record.tables import CHANGES, INCIDENTS, PATROLS
from lifeguard.starts import CLOCK_WAS_SET_BACK_SECONDS
from tests.builders import NOW, ahead, finding, judgement, policy, pool, snapshot, worker
from tests.record.kept import everything, rows, told, write

ETL = "pool-no-workers:work-pool:pool-etl"
ML = "pool-no-workers:work-pool:pool-ml"
STEPS = ("live_incidents", "forget", "write", "tell", "write_readings")


def found(*pools: str, at: float = 0, severity: str = "critical") -> Judgement:
    return judgement(at=at, findings=[finding(pool=pool, severity=severity) for pool in pools])


def test_a_patrol_that_is_written_twice_doubles_nothing(database: Database) -> None:
    write(database, found("etl", "ml"), "1")
    once = everything(database)
    write(database, found("etl", "ml"), "1")
    assert everything(database) == once


def test_a_patrol_that_is_written_twice_tells_the_same(database: Database) -> None:
    first = write(database, found("etl", "ml"), "1")
    again = write(database, found("etl", "ml"), "1")
    assert told(again) == told(first) == {"opened": [(ETL, "critical"), (ML, "critical")]}


@pytest.mark.parametrize(("at", "kind"), [(0, "opened"), (360, "resolved")])
def test_a_patrol_that_is_written_again_after_others_tells_what_it_told_then(
    database: Database, at: int, kind: str
) -> None:
    looks = {0: found("etl"), 60: found(at=60), 360: found(at=360), 420: found(at=420)}
    for number, judged in looks.items():
        write(database, judged, str(number))
    assert told(write(database, looks[at], str(at))) == {kind: [(ETL, "critical")]}


def test_a_patrol_that_is_written_again_does_not_bring_back_what_it_saw(database: Database) -> None:
    for at, pools in ((0, ["etl"]), (60, []), (360, [])):
        write(database, found(*pools, at=at), str(at))
    before = everything(database)
    write(database, found("etl"), "0")
    assert everything(database) == before


def test_an_older_look_that_is_written_later_changes_nothing(database: Database) -> None:
    write(database, found("etl", at=60), "newer")
    before = rows(database, INCIDENTS)
    changes = write(database, found("ml", at=0), "older")
    assert told(changes) == {"still_open": [(ETL, "critical")]}
    assert rows(database, INCIDENTS) == before


def test_an_older_look_that_is_written_later_is_kept_as_superseded(database: Database) -> None:
    write(database, found("etl", at=60), "newer")
    write(database, found("ml", at=0), "older")
    patrols = {row["id"]: row["superseded"] for row in rows(database, PATROLS)}
    assert patrols == {"newer": False, "older": True}


def test_two_looks_of_the_same_moment_both_count(database: Database) -> None:
    write(database, found("etl"), "1")
    assert told(write(database, found("etl", "ml"), "2")) == {
        "opened": [(ML, "critical")],
        "still_open": [(ETL, "critical")],
    }


def test_a_clock_that_was_set_back_by_an_hour_does_not_hide_a_new_incident(database: Database) -> None:
    write(database, found("etl", at=3600), "1")
    assert told(write(database, found("etl", "ml", at=0), "2")) == {
        "opened": [(ML, "critical")],
        "still_open": [(ETL, "critical")],
    }
    assert rows(database, INCIDENTS, "opened_at") == [{"opened_at": ahead(3600)}] * 2


def test_times_stay_in_order_when_the_clock_was_set_back(database: Database) -> None:
    write(database, found("etl", at=3600), "1")
    write(database, found(at=0), "2")
    stored = rows(database, INCIDENTS, "first_seen_at", "last_seen_at", "gone_since")
    assert [list(row.values()) for row in stored] == [[ahead(3600)] * 3]


def test_what_lasted_through_a_clock_that_was_set_back_resolves_when_the_clock_is_there_again(
    database: Database,
) -> None:
    looks = [found("etl", at=3600), found("etl", at=0), found(at=3660), found(at=3960)]
    changes = [told(write(database, judged, str(number))) for number, judged in enumerate(looks)]
    assert changes[-1] == {"resolved": [(ETL, "critical")]}


def test_a_clock_that_was_set_back_by_an_hour_does_not_stop_the_time_that_a_warning_must_hold(
    database: Database,
) -> None:
    write(database, found("ml", at=3600), "before")
    for at in range(0, 600, 60):
        write(database, found("etl", at=at, severity="warning"), str(at))
    assert [row for row in rows(database, INCIDENTS) if row["fingerprint"] == ETL and row["opened_at"]] != []


def test_a_clock_that_was_set_back_by_an_hour_hides_no_critical_finding_on_its_way_forward(
    database: Database,
) -> None:
    write(database, found(at=3600), "before")
    write(database, found(at=0), "set back")
    catching_up = 3600 - CLOCK_WAS_SET_BACK_SECONDS + 60
    assert told(write(database, found("etl", at=catching_up), "later")) == {"opened": [(ETL, "critical")]}


def test_an_incident_may_escalate_twice_in_the_same_moment(database: Database) -> None:
    own = policy(warning_for_seconds=0, info_for_seconds=0)
    for number, severity in enumerate(("info", "warning", "critical")):
        write(database, judgement(findings=[finding(severity=severity)], own=own), str(number))
    assert [tuple(row.values()) for row in rows(database, CHANGES, "kind", "severity", "at")] == [
        ("opened", "info", NOW),
        ("escalated", "warning", NOW),
        ("escalated", "critical", NOW),
    ]


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_written_when_something_fails_in_the_middle(
    database: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, judgement(findings=[finding(), finding(pool="ml", severity="warning")]), "1")
    before = everything(database)
    monkeypatch.setattr(f"lifeguard.record.remember.{step}", _break)
    with pytest.raises(LookupError, match="in the middle"):
        write(database, _another_estate(), "2")
    assert everything(database) == before


def test_a_patrol_that_failed_in_the_middle_may_be_written_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("lifeguard.record.remember.write_readings", _break)
        with pytest.raises(LookupError):
            write(database, found("etl"), "1")
    assert told(write(database, found("etl"), "1")) == {"opened": [(ETL, "critical")]}


def _another_estate() -> Judgement:
    """A look that opens, escalates nothing, forgets and reads two pools anew."""
    seen = snapshot(pools=[pool("reports"), pool("etl", limit=3)], workers=[worker(pool="reports")])
    return judgement(seen, at=60, findings=[finding(pool="reports")])


async def _break(*_: Any) -> None:
    raise LookupError("in the middle")
