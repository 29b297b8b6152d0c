"""Many processes that write a patrol at the same moment into an empty database: the ledger is that of one of them."""

from pathlib import Path
from typing import Any

import anyio

from lifeguard.record.database import Database, database_at
from tests.builders import NOW
from tests.postgres import Postgres
from tests.record.kept import everything, write
from tests.record.patrol_process import look
from tests.record.processes import patrol_processes, said, start

OF_THE_PATROL = ("id", "incident_id", "server_id", "pool", "patrol_id")
"""What differs from one history to another: ids, and which of the patrols was the first."""


def ledger(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows but those of patrols, without ids."""
    return {
        table: sorted(({k: v for k, v in row.items() if k not in OF_THE_PATROL} for row in rows), key=str)
        for table, rows in everything(database).items()
        if table != "lifeguard_patrols"
    }


def written_at_once(url: str, number: int) -> Database:
    """The database after so many processes wrote at once."""
    with patrol_processes(url, number) as parent:
        start(parent)
        assert [said(parent) for _ in range(number)] == ["written"] * number
        assert parent.wait(timeout=90) == 0
    return database_at(url, "the test")


def assert_whole(together: Database, alone: Database, number: int) -> None:
    write(alone, look(), "alone")
    assert ledger(together) == ledger(alone)
    patrols = everything(together)["lifeguard_patrols"]
    assert sorted((row["id"], row["superseded"], row["started_at"]) for row in patrols) == sorted(
        (f"patrol-{each}", False, NOW) for each in range(number)
    )
    assert len({change["patrol_id"] for change in everything(together)["lifeguard_changes"]}) == 1


def test_twenty_patrols_at_once_make_the_ledger_of_one_on_postgresql(postgres_server: Postgres) -> None:
    together = written_at_once(anyio.run(postgres_server.new_database), 20)
    alone = database_at(anyio.run(postgres_server.new_database), "the test")
    assert_whole(together, alone, 20)


def test_eight_patrols_at_once_make_the_ledger_of_one_on_sqlite(tmp_path: Path) -> None:
    together = written_at_once(f"sqlite:///{tmp_path / 'together.db'}", 8)
    assert_whole(together, database_at(f"sqlite:///{tmp_path / 'alone.db'}", "the test"), 8)


def test_patrols_at_once_do_not_hurt_a_history_that_is_there(database: Database) -> None:
    write(database, look(-60), "before")
    url = database.dsn or f"sqlite:///{database.file}"
    written_at_once(url, 6)
    told = everything(database)["lifeguard_changes"]
    assert [(row["kind"], row["severity"]) for row in told] == [
        ("opened", "critical"),
        ("opened", "critical"),
        ("opened", "warning"),
    ]
    assert len(everything(database)["lifeguard_patrols"]) == 7
