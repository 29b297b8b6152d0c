"""Every way in which the history fails: one sentence with the reason and the way out, in time, and no secret in it."""

import sqlite3
import time
import traceback
from pathlib import Path

import anyio
import pytest

from lifeguard.record.database import Database, database_at, upgrade
from lifeguard.record.failures import READ_ONLY, HistoryUnavailable, trouble_of
from lifeguard.record.remember import remember
from tests import builders as b
from tests.postgres import PASSWORD, Postgres
from tests.record.breakages import OF_POSTGRESQL, OF_SQLITE

ANSWERS_WITHIN_SECONDS = 10.0
SECRETS = (PASSWORD, "hunter2", "127.0.0.1", "postgresql://")


def attempted(database: Database) -> tuple[HistoryUnavailable, float]:
    """What a patrol gets when it writes, and after how many seconds."""
    began = time.monotonic()
    with pytest.raises(HistoryUnavailable) as failed:
        anyio.run(remember, database, b.judgement(), "patrol-1")
    return failed.value, time.monotonic() - began


def everything_said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("name", OF_POSTGRESQL)
def test_postgresql_that_fails_is_told_with_its_reason_in_time_and_without_a_secret(
    name: str, postgres_server: Postgres
) -> None:
    broken, trouble = OF_POSTGRESQL[name]
    database = database_at(anyio.run(postgres_server.new_database), "the test")
    anyio.run(upgrade, database)
    with broken(postgres_server, database) as failing:
        error, seconds = attempted(failing)
    assert (error.trouble, seconds < ANSWERS_WITHIN_SECONDS) == (trouble, True)
    assert [secret for secret in SECRETS if secret in everything_said(error)] == []


@pytest.mark.parametrize("name", OF_SQLITE)
def test_a_sqlite_file_that_fails_is_told_with_its_reason_in_time(name: str, tmp_path: Path) -> None:
    broken, trouble = OF_SQLITE[name]
    database = database_at(f"sqlite:///{tmp_path}/history.db", "the test")
    anyio.run(upgrade, database)
    with broken(tmp_path, database) as failing:
        error, seconds = attempted(failing)
    assert (error.trouble, seconds < ANSWERS_WITHIN_SECONDS) == (trouble, True)
    assert str(tmp_path) not in everything_said(error)


def test_what_could_not_be_written_is_written_by_the_next_patrol(postgres_server: Postgres) -> None:
    database = database_at(anyio.run(postgres_server.new_database), "the test")
    broken, _ = OF_POSTGRESQL["read-only"]
    anyio.run(upgrade, database)
    with broken(postgres_server, database) as failing:
        attempted(failing)
    name = (database.dsn or "").rpartition("/")[2]
    anyio.run(postgres_server.execute, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    changes = anyio.run(remember, database, b.judgement(findings=[b.finding()]), "patrol-2")
    assert [incident.fingerprint for incident in changes.opened] == [b.finding().fingerprint]


def test_a_read_only_file_is_told() -> None:
    assert trouble_of(sqlite3.OperationalError("attempt to write a readonly database")) == READ_ONLY


def test_of_an_error_that_nobody_knows_only_the_type_is_told() -> None:
    trouble = trouble_of(LookupError("postgresql://bob:hunter2@db/history"))
    assert trouble.reason == "it failed (LookupError)"
