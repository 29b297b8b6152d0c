"""What the tables refuse, whoever writes past our code: statements as they come, on SQLite and on PostgreSQL."""

import re

import pytest

from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.tables import CHANGES, INCIDENTS, PATROLS, READINGS, SERVERS
from tests.record.kept import everything, rows, sql

SERVER = "INSERT INTO lifeguard_servers (id, name) VALUES (1, 'production')"
POOL = (
    "INSERT INTO lifeguard_pools (id, server_id, pool_id, name, type, needs_workers) "
    "VALUES (1, 1, 'pool-etl', 'etl', 'process', TRUE)"
)
REFUSED = r"it failed \((IntegrityError|(Unique|Check|NotNull|ForeignKey)ViolationError)\)"


def at(minute: int) -> str:
    """A time as both databases read it."""
    return f"'2026-11-22 12:{minute:02}:00.000000'"


INCIDENT = {
    "id": "1",
    "server_id": "1",
    "fingerprint": "'pool-no-workers:work-pool:pool-etl'",
    "code": "'pool-no-workers'",
    "severity": "'critical'",
    "seen_severity": "'warning'",
    "resource_kind": "'work-pool'",
    "resource_id": "'pool-etl'",
    "resource_name": "'etl'",
    "title": "'Nobody works on etl'",
    "evidence": "'{}'",
    "remedy": "'[]'",
    "run_ids": "'[]'",
    "affected_runs": "1",
    "first_seen_at": at(1),
    "last_seen_at": at(5),
    "opened_at": at(2),
    "escalated_at": at(3),
    "gone_since": at(6),
    "resolved_at": "NULL",
}
CHANGE = {
    "incident_id": "1",
    "patrol_id": "'1'",
    "kind": "'opened'",
    "at": at(2),
    "severity": "'critical'",
    "title": "'Nobody works on etl'",
    "evidence": "'{}'",
    "affected_runs": "1",
}
PATROL = {
    "id": "'1'",
    "server_id": "1",
    "started_at": at(1),
    "finished_at": at(2),
    "complete": "TRUE",
    "saw_pools": "TRUE",
    "superseded": "FALSE",
    "missing": "'[]'",
    "api_calls": "1",
    "duration_seconds": "60",
}
READING = {"pool": "1", "at": at(1), "verdict": "'healthy'"}
HOUR = {"pool": "1", "hour": at(0), "watched_seconds": "3", "demand_seconds": "2", "up_seconds": "1"}
TOTAL = {"pool": "1", "counts": "'[]'", "sum_seconds": "3", "max_seconds": "2"}
PICKUP = {**TOTAL, "at": at(0), "slot_seconds": "300"}
GOOD = {"incidents": INCIDENT, "changes": CHANGE, "patrols": PATROL, "readings": READING, "hours": HOUR} | {
    "pickups": PICKUP,
    "pickup_totals": TOTAL,
}

WRONG: list[tuple[str, dict[str, str]]] = [
    ("incidents", {"severity": "'fatal'"}),
    ("incidents", {"seen_severity": "'CRITICAL'"}),
    ("incidents", {"last_seen_at": at(0)}),
    ("incidents", {"opened_at": at(0), "escalated_at": "NULL"}),
    ("incidents", {"escalated_at": at(1)}),
    ("incidents", {"gone_since": at(4)}),
    ("incidents", {"resolved_at": at(5)}),
    ("incidents", {"resolved_at": at(8), "gone_since": "NULL"}),
    ("incidents", {"resolved_at": at(8), "opened_at": "NULL", "escalated_at": "NULL"}),
    ("incidents", {"opened_at": at(9), "escalated_at": "NULL", "resolved_at": at(8)}),
    ("incidents", {"first_seen_at": "NULL"}),
    ("incidents", {"server_id": "2"}),
    ("changes", {"kind": "'reopened'"}),
    ("changes", {"severity": "'fatal'"}),
    ("changes", {"incident_id": "2"}),
    ("patrols", {"finished_at": at(0)}),
    ("patrols", {"server_id": "2"}),
    ("readings", {"verdict": "'fine'"}),
    ("readings", {"pool": "2"}),
    ("readings", {"verdict": "NULL"}),
    ("hours", {"up_seconds": "-1"}),
    ("hours", {"up_seconds": "2.5"}),
    ("hours", {"demand_seconds": "3.5"}),
    ("pickups", {"slot_seconds": "60"}),
    ("pickups", {"max_seconds": "3.5"}),
    ("pickups", {"pool": "2"}),
    ("pickup_totals", {"max_seconds": "-1"}),
]


def insert(table: str, **deviations: str) -> str:
    row = GOOD[table] | deviations
    return f"INSERT INTO lifeguard_{table} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


@pytest.fixture
def furnished(database: Database) -> Database:
    """A database with a server, a pool and an incident."""
    sql(database, SERVER, POOL, insert("incidents"))
    return database


def is_refused(database: Database, statement: str) -> bool:
    """Whether the database does not take it, for the reason that it breaks a constraint."""
    try:
        sql(database, statement)
    except HistoryUnavailable as refusal:
        return re.search(REFUSED, str(refusal)) is not None
    return False


def test_rows_that_are_right_are_taken(furnished: Database) -> None:
    sql(furnished, *(insert(table) for table in GOOD if table != "incidents"))
    assert [len(everything(furnished)[f"lifeguard_{table}"]) for table in GOOD] == [1] * len(GOOD)


def test_rows_that_are_wrong_are_refused(furnished: Database) -> None:
    other = {"id": "2", "fingerprint": "'another'"}
    taken = [
        (table, wrong)
        for table, wrong in WRONG
        if not is_refused(furnished, insert(table, **((other if table == "incidents" else {}) | wrong)))
    ]
    assert taken == []


def test_a_second_live_incident_of_a_fingerprint_is_refused(furnished: Database) -> None:
    assert is_refused(furnished, insert("incidents", id="2"))


def test_a_second_suspicion_of_a_fingerprint_is_refused(furnished: Database) -> None:
    assert is_refused(furnished, insert("incidents", id="2", opened_at="NULL", escalated_at="NULL"))


def test_many_resolved_incidents_of_a_fingerprint_are_taken(furnished: Database) -> None:
    sql(furnished, *(insert("incidents", id=id, resolved_at=at(8)) for id in ("2", "3")))
    assert rows(furnished, INCIDENTS, "id") == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_the_same_fingerprint_may_be_open_on_two_servers(furnished: Database) -> None:
    sql(furnished, "INSERT INTO lifeguard_servers (id, name) VALUES (2, 'staging')")
    sql(furnished, insert("incidents", id="2", server_id="2"))
    assert rows(furnished, INCIDENTS, "server_id") == [{"server_id": 1}, {"server_id": 2}]


def test_the_same_row_twice_is_refused(furnished: Database) -> None:
    owned = [table for table in GOOD if table != "incidents"]
    sql(furnished, *map(insert, owned))
    assert [table for table in owned if not is_refused(furnished, insert(table))] == []


def test_a_server_is_there_once(furnished: Database) -> None:
    assert is_refused(furnished, "INSERT INTO lifeguard_servers (id, name) VALUES (2, 'production')")


def test_what_belongs_to_a_server_goes_with_it(furnished: Database) -> None:
    sql(furnished, *(insert(table) for table in GOOD if table != "incidents"), "DELETE FROM lifeguard_servers")
    assert [rows(furnished, table) for table in (SERVERS, PATROLS, INCIDENTS, CHANGES, READINGS)] == [[]] * 5


def test_the_id_of_an_incident_is_not_given_again(furnished: Database) -> None:
    without_id = insert("incidents").replace("(id, ", "(", 1).replace("(1, 1, ", "(1, ", 1)
    sql(furnished, "DELETE FROM lifeguard_incidents", without_id, "DELETE FROM lifeguard_incidents")
    sql(furnished, without_id)
    (row,) = rows(furnished, INCIDENTS, "id")
    assert row["id"] > 1
