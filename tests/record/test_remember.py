"""Patrols in a database, on SQLite and on PostgreSQL: what is told is what is stored."""

from dataclasses import replace

from lifeguard.facts import Server
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement
from lifeguard.record.database import Database
from lifeguard.record.tables import CHANGES, INCIDENTS, PATROLS, SERVERS
from tests.builders import API_URL, NOW, ahead, finding, judgement, policy, pool, snapshot, unseen
from tests.record.kept import rows, told, write

ETL = "pool-no-workers:work-pool:pool-etl"
PROMPT = policy(warning_for_seconds=0)
ELSEWHERE = "http://10.0.0.7:4200/api"


def found(*severities: str, at: float = 0) -> Judgement:
    """A look that finds nobody on `etl`, or nothing."""
    return judgement(at=at, findings=[finding(severity=severity) for severity in severities], own=PROMPT)


def seen_from(address: str, name: str | None = None, at: float = 0) -> Judgement:
    server = Server(address, version="3.9.1", ready=True)
    return judgement(snapshot(server=server), at=at, findings=[finding()], own=policy(server_name=name))


def test_an_incident_that_opens_is_told(database: Database) -> None:
    assert told(write(database, found("critical"), "1")) == {"opened": [(ETL, "critical")]}


def test_an_incident_that_opens_is_stored_with_its_change(database: Database) -> None:
    write(database, found("critical"), "1")
    stored = rows(database, INCIDENTS, "fingerprint", "severity", "first_seen_at", "opened_at", "resolved_at")
    assert [tuple(row.values()) for row in stored] == [(ETL, "critical", NOW, NOW, None)]
    changes = rows(database, CHANGES, "incident_id", "patrol_id", "kind", "at", "severity", "told_at")
    assert [tuple(row.values()) for row in changes] == [(1, "1", "opened", NOW, "critical", None)]


def test_what_lasts_is_still_open_and_no_change(database: Database) -> None:
    write(database, found("critical"), "1")
    assert told(write(database, found("critical", at=60), "2")) == {"still_open": [(ETL, "critical")]}
    assert rows(database, CHANGES, "kind") == [{"kind": "opened"}]
    assert rows(database, INCIDENTS, "last_seen_at") == [{"last_seen_at": ahead(60)}]


def test_what_escalates_is_told_and_stored(database: Database) -> None:
    write(database, found("warning"), "1")
    assert told(write(database, found("critical", at=60), "2")) == {"escalated": [(ETL, "critical")]}
    stored = rows(database, INCIDENTS, "severity", "opened_at", "escalated_at")
    assert stored == [{"severity": "critical", "opened_at": NOW, "escalated_at": ahead(60)}]
    assert [tuple(row.values()) for row in rows(database, CHANGES, "kind", "severity")] == [
        ("opened", "warning"),
        ("escalated", "critical"),
    ]


def test_what_resolves_is_told_and_stored(database: Database) -> None:
    write(database, found("critical"), "1")
    assert told(write(database, found(at=60), "2")) == {"still_open": [(ETL, "critical")]}
    assert told(write(database, found(at=360), "3")) == {"resolved": [(ETL, "critical")]}
    stored = rows(database, INCIDENTS, "last_seen_at", "gone_since", "resolved_at")
    assert stored == [{"last_seen_at": NOW, "gone_since": ahead(60), "resolved_at": ahead(360)}]
    assert rows(database, CHANGES, "kind") == [{"kind": "opened"}, {"kind": "resolved"}]


def test_what_was_resolved_is_told_no_more(database: Database) -> None:
    for number, judged in enumerate([found("critical"), found(at=60), found(at=360)]):
        write(database, judged, str(number))
    assert write(database, found(at=420), "4") == Changes()


def test_what_comes_back_after_it_was_resolved_is_another_row(database: Database) -> None:
    looks = [found("critical"), found(at=60), found(at=360), found("critical", at=420)]
    for number, judged in enumerate(looks):
        write(database, judged, str(number))
    assert rows(database, INCIDENTS, "opened_at") == [{"opened_at": NOW}, {"opened_at": ahead(420)}]


def test_a_suspicion_is_stored_and_not_told(database: Database) -> None:
    suspicion = judgement(findings=[finding(severity="warning")])
    assert write(database, suspicion, "1") == Changes()
    assert rows(database, INCIDENTS, "fingerprint", "opened_at") == [{"fingerprint": ETL, "opened_at": None}]


def test_a_suspicion_that_did_not_hold_leaves_nothing(database: Database) -> None:
    write(database, judgement(findings=[finding(severity="warning")]), "1")
    assert write(database, judgement(at=60, findings=[]), "2") == Changes()
    assert (rows(database, INCIDENTS), rows(database, CHANGES)) == ([], [])


def test_a_suspicion_opens_at_the_next_look(database: Database) -> None:
    suspicion = finding(severity="warning")
    write(database, judgement(findings=[suspicion]), "1")
    changes = write(database, judgement(at=60, findings=[suspicion]), "2")
    assert told(changes) == {"opened": [(ETL, "warning")]}
    assert rows(database, INCIDENTS, "first_seen_at", "opened_at") == [{"first_seen_at": NOW, "opened_at": ahead(60)}]


def test_what_explains_an_incident_is_stored_with_it(database: Database) -> None:
    explained = finding(severity="info", caused_by="pool-paused:work-pool:pool-etl")
    for at in (0, 60):
        write(database, judgement(at=at, findings=[explained]), str(at))
    assert rows(database, INCIDENTS, "caused_by") == [{"caused_by": "pool-paused:work-pool:pool-etl"}]
    assert rows(database, CHANGES, "caused_by") == [{"caused_by": "pool-paused:work-pool:pool-etl"}]


def test_a_change_keeps_the_sentence_and_the_numbers_of_its_moment(database: Database) -> None:
    later = replace(finding(runs=9), title="Nobody works on etl any more")
    write(database, judgement(findings=[finding(runs=2)]), "1")
    write(database, judgement(at=60, findings=[later]), "2")
    assert rows(database, CHANGES, "title", "affected_runs") == [{"title": finding().title, "affected_runs": 2}]
    assert rows(database, INCIDENTS, "title", "affected_runs") == [{"title": later.title, "affected_runs": 9}]


def test_a_history_that_was_away_is_no_incident(database: Database) -> None:
    assert write(database, judgement(findings=[finding("history-unavailable")]), "1") == Changes()
    assert rows(database, INCIDENTS) == []


def test_a_pool_that_could_not_be_looked_at_keeps_its_incident(database: Database) -> None:
    write(database, found("critical"), "1")
    blind = snapshot(missing=[unseen("workers", "etl")])
    for at in (60, 9000):
        changes = write(database, judgement(blind, at=at, findings=[]), str(at))
        assert told(changes) == {"still_open": [(ETL, "critical")]}


def test_a_patrol_is_stored_with_what_it_did_not_see(database: Database) -> None:
    blind = snapshot(pools=[pool()], missing=[unseen("workers", "etl")])
    write(database, judgement(blind, findings=[], only=["etl"]), "1")
    (patrol,) = rows(database, PATROLS)
    assert (patrol["started_at"], patrol["finished_at"], patrol["duration_seconds"]) == (NOW, ahead(2), 2.0)
    assert (patrol["complete"], patrol["saw_pools"], patrol["superseded"]) == (False, False, False)
    assert patrol["missing"] == [{"what": "workers", "work_pool": "etl", "reason": "HTTP 500", "essential": True}]


def test_two_servers_in_one_database_do_not_touch_each_other(database: Database) -> None:
    write(database, seen_from(API_URL), "1")
    assert told(write(database, seen_from(ELSEWHERE), "2")) == {"opened": [(ETL, "critical")]}
    healthy = replace(seen_from(ELSEWHERE, at=60), findings=())
    write(database, healthy, "3")
    gone = rows(database, INCIDENTS, "server_id", "gone_since")
    assert [row["gone_since"] for row in gone] == [None, ahead(60)]


def test_an_older_look_at_another_server_is_not_superseded(database: Database) -> None:
    write(database, seen_from(API_URL, at=60), "1")
    assert told(write(database, seen_from(ELSEWHERE), "2")) == {"opened": [(ETL, "critical")]}


def test_a_server_is_known_by_its_address(database: Database) -> None:
    write(database, seen_from(ELSEWHERE), "1")
    assert rows(database, SERVERS, "name", "last_look_at") == [{"name": ELSEWHERE, "last_look_at": NOW}]


def test_one_server_at_two_addresses_is_one_by_its_name(database: Database) -> None:
    write(database, seen_from(API_URL, "production"), "1")
    changes = write(database, seen_from(ELSEWHERE, "production", at=60), "2")
    assert told(changes) == {"still_open": [(ETL, "critical")]}
    assert rows(database, SERVERS, "name") == [{"name": "production"}]
