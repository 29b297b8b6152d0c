"""`lifeguard db prune` as a user meets it: what would go, how to really do it, and what it says when it cannot."""

from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from lifeguard.record.database import Database, database_at
from lifeguard.record.hours import HOUR
from lifeguard.record.tables import READINGS
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.prefect_server import free_port
from tests.record.past import a_reading, begin, put, rows_of


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A history of two readings, one of them from long ago and one from not quite yesterday."""
    chosen = database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")
    recent = datetime.now(UTC).replace(microsecond=0, minute=0)

    async def write() -> None:
        await begin(chosen)
        await put(chosen, READINGS, a_reading(datetime(2020, 5, 1, tzinfo=UTC)), a_reading(recent - 30 * HOUR))

    anyio.run(write)
    return chosen


def prune(api_url: str, database: Database, *arguments: str) -> Ended:
    quiet = {"PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore"}
    url = f"sqlite:///{database.file}"
    return lifeguard("db", "prune", *arguments, api_url=api_url, LIFEGUARD_DATABASE_URL=url, **quiet)


def readings(database: Database) -> int:
    return len(anyio.run(rows_of, database, READINGS))


def test_it_says_what_would_go_and_how_to_do_it(estate: Estate, database: Database) -> None:
    ended = prune(estate.api_url, database)
    assert (ended.status, readings(database), len(ended.out.splitlines())) == (0, 2, 1)
    assert ended.out.startswith("Would delete 1 readings; readings since 20")
    assert ended.out.endswith("Nothing was deleted yet: `lifeguard db prune --delete` does it.\n")


def test_with_delete_it_does_it(estate: Estate, database: Database) -> None:
    ended = prune(estate.api_url, database, "--delete")
    assert (ended.status, readings(database)) == (0, 1)
    assert ended.out.startswith("Deleted 1 readings; ") and "yet" not in ended.out


def test_a_policy_file_says_what_is_kept(estate: Estate, database: Database, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("keep_readings_days = 1\n")
    ended = prune(estate.api_url, database, "--policy", str(tmp_path / "own.toml"))
    assert (ended.status, ended.out[:24]) == (0, "Would delete 2 readings;")


def test_a_history_that_has_not_begun_is_nothing_broken_and_makes_no_file(estate: Estate, tmp_path: Path) -> None:
    ended = prune(estate.api_url, database_at(f"sqlite:///{tmp_path / 'none.db'}", "the test"), "--delete")
    assert (ended.status, ended.out[:29]) == (0, "There is no history in SQLite")
    assert not (tmp_path / "none.db").exists()


def test_a_history_that_cannot_be_used_is_one_sentence_and_status_2(estate: Estate, tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_text("no database at all" * 100)
    ended = prune(estate.api_url, database_at(f"sqlite:///{tmp_path / 'broken.db'}", "the test"), "--delete")
    (sentence,) = [
        line for line in ended.sentences if line.startswith("The history in SQLite (LIFEGUARD_DATABASE_URL)")
    ]
    assert (ended.status, ended.out, "its file is damaged or no database" in sentence) == (2, "", True)


def test_without_a_server_no_flow_is_started(database: Database) -> None:
    ended = prune(f"http://127.0.0.1:{free_port()}/api", database)
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)
    assert "prefect server status" in ended.err
