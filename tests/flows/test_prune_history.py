"""The flow `prune_history`, run for real: how it ends on the server, and that it never deletes by a guess."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from lifeguard.record.database import Database, database_at
from lifeguard.record.tables import HOURS, PATROLS, READINGS
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.patience import ask
from tests.proxy import Proxy, answering, ending
from tests.record.past import a_reading, begin, patrol, put, rows_of

LONG_AGO = datetime(2020, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def old(tmp_path: Path) -> Database:
    """A history with one reading, which every policy forgets."""
    database = database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")

    async def write() -> None:
        await begin(database)
        await put(database, READINGS, a_reading(LONG_AGO))
        await put(database, PATROLS, patrol(LONG_AGO), patrol(LONG_AGO.replace(minute=1)))

    anyio.run(write)
    return database


def prune(api_url: str, database: str, *arguments: str) -> Ended:
    quiet = {"PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore"}
    return lifeguard("db", "prune", *arguments, api_url=api_url, LIFEGUARD_DATABASE_URL=database, **quiet)


def rows(estate: Estate, what: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(estate.api_url, "POST", f"{what}/filter", asked)
    return found


def the_run(estate: Estate) -> dict[str, Any]:
    (run,) = rows(estate, "flow_runs", flows={"name": {"any_": ["prune_history"]}})
    return run


def test_it_deletes_and_says_so_on_the_server(estate: Estate, old: Database) -> None:
    prune(estate.api_url, f"sqlite:///{old.file}", "--delete")
    state = the_run(estate)["state"]
    assert (state["type"], state["name"]) == ("COMPLETED", "Completed")
    assert state["message"].startswith("Deleted 1 readings, 2 patrols; readings since 20")
    assert anyio.run(rows_of, old, READINGS) == []
    assert anyio.run(rows_of, old, HOURS) == []


def test_unless_it_is_told_to_it_only_counts(estate: Estate, old: Database) -> None:
    prune(estate.api_url, f"sqlite:///{old.file}")
    assert the_run(estate)["state"]["message"].startswith("Would delete 1 readings, 2 patrols; ")
    assert anyio.run(rows_of, old, READINGS) == [a_reading(LONG_AGO)]


def test_its_one_task_reads_as_what_it_does_and_logs_every_table(estate: Estate, old: Database) -> None:
    ended = prune(estate.api_url, f"sqlite:///{old.file}")
    assert [task["name"].rpartition("-")[0] for task in rows(estate, "task_runs")] == ["prune"]
    assert "readings: 1 rows would go" in ended.err and "incidents: 0 rows would go" in ended.err


def test_a_database_that_is_away_fails_it_with_one_sentence_without_a_secret(estate: Estate) -> None:
    ended = prune(estate.api_url, "postgresql://alice:hunter2@127.0.0.1:1/db", "--delete")
    state = the_run(estate)["state"]
    sentence = "The history in PostgreSQL (LIFEGUARD_DATABASE_URL) cannot be used: nothing answers at its address"
    assert state["type"] == "FAILED" and state["message"].startswith(sentence)
    assert "hunter2" not in ended.err + state["message"] and "Traceback" not in ended.err


def test_where_the_policy_cannot_be_read_nothing_is_deleted(estate: Estate, old: Database) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/block_types/slug/watch-policy/block_documents/name/lifeguard"), answering(500))
        prune(proxy.api_url, f"sqlite:///{old.file}", "--delete")
    assert the_run(estate)["state"]["message"].startswith("Nothing was deleted: what to keep is not known")
    assert len(anyio.run(rows_of, old, READINGS)) == 1
