"""The tables as they come to be: from nothing, from every revision that was released, and beside Prefect's own."""

from pathlib import Path
from typing import Any

import anyio
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from lifeguard.record.database import Database, database_at, reading, upgrade
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.schema import VERSION_TABLE, known_revisions, newest
from lifeguard.record.tables import INCIDENTS, Row
from tests.builders import finding, judgement
from tests.record.kept import rows, told, write
from tests.record.migrating import RELEASED, contents, furnish, on, revisions, shape

TABLES = {
    f"lifeguard_{name}"
    for name in (
        *(
            "changes",
            "fixes",
            "hours",
            "incidents",
            "memory",
            "pages",
            "parts",
            "patrols",
            "pickup_totals",
            "pickups",
            "pools",
            "readings",
        ),
        *("servers", "version"),
    )
}


def upgraded(database: Database) -> tuple[str | None, str]:
    return anyio.run(upgrade, database)


def is_ours(_: Any, name: str | None, type: str, *__: Any) -> bool:
    return type != "table" or (str(name).startswith("lifeguard_") and name != VERSION_TABLE)


def differences(connection: Connection) -> list[Any]:
    """What alembic would change so that the tables are those of the models."""
    opts = {"version_table": VERSION_TABLE, "include_object": is_ours, "compare_type": True}
    return compare_metadata(MigrationContext.configure(connection, opts=opts), Row.metadata)


def made_from_the_models(connection: Connection) -> dict[str, Any]:
    """The shape of the tables when they are made without migrations, in place of those that were."""
    Row.metadata.drop_all(connection)
    Row.metadata.create_all(connection)
    return shape(connection)


def sqlite_traits(connection: Connection) -> dict[str, list[str]]:
    """Which tables have no row id, or never give an id again: what SQLAlchemy does not read back."""
    ours = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'lifeguard_%'"
    made = {row.name: row.sql for row in connection.execute(text(ours))}
    return {trait: sorted(name for name in made if trait in made[name]) for trait in ("WITHOUT ROWID", "AUTOINCREMENT")}


def newer(database: Database) -> None:
    """Tables that a newer version wrote."""
    furnish(database, newest())
    on(database, lambda connection: connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")))


def beside_prefect(connection: Connection) -> None:
    """Tables of Prefect's own server in the same database."""
    for statement in (
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
        "INSERT INTO alembic_version (version_num) VALUES ('9e83011d1f2a')",
        "CREATE TABLE flow_run (id INTEGER PRIMARY KEY, name VARCHAR)",
        "INSERT INTO flow_run (id, name) VALUES (1, 'happy-otter')",
    ):
        connection.exec_driver_sql(statement)


def is_in(row: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Whether a row has kept what it had, in the columns that are still there."""
    return all(kept[name] == value for name, value in row.items() if name in kept)


def test_an_empty_database_comes_to_the_newest_revision(database: Database) -> None:
    assert upgraded(database) == (None, newest())
    assert set(on(database, contents)) == TABLES
    assert on(database, contents)[VERSION_TABLE] == [{"version_num": newest()}]


def test_the_names_of_the_files_tell_the_revisions_as_alembic_reads_them() -> None:
    assert list(known_revisions()) == revisions()


def test_the_tables_after_all_migrations_are_those_of_the_models(database: Database) -> None:
    upgraded(database)
    assert on(database, differences) == []


def test_migrations_and_models_make_the_same_constraints_and_indexes(database: Database) -> None:
    upgraded(database)
    migrated = on(database, shape)
    assert migrated == on(database, made_from_the_models)
    assert len(migrated["lifeguard_incidents"]["checks"]) == 9


def test_migrations_and_models_make_the_same_kind_of_tables_on_sqlite(tmp_path: Path) -> None:
    database = database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")
    upgraded(database)
    migrated = on(database, sqlite_traits)
    on(database, made_from_the_models)
    assert migrated == on(database, sqlite_traits)
    assert [len(tables) for tables in migrated.values()] == [3, 4]


def test_to_upgrade_twice_does_nothing_the_second_time(database: Database) -> None:
    furnish(database, newest())
    before = on(database, contents)
    assert upgraded(database) == (newest(), newest())
    assert on(database, contents) == before


def test_every_released_revision_has_data_to_upgrade() -> None:
    assert [each for each in revisions() if not (RELEASED / f"{each}.sql").exists()] == []
    assert [file.stem for file in RELEASED.glob("*.sql") if file.stem not in revisions()] == []


@pytest.mark.parametrize("revision", revisions())
def test_the_data_of_a_revision_fills_every_table_that_it_has(database: Database, revision: str) -> None:
    furnish(database, revision)
    assert [table for table, found in on(database, contents).items() if not found] == []


@pytest.mark.parametrize("revision", revisions())
def test_what_a_released_revision_kept_is_still_there(database: Database, revision: str) -> None:
    furnish(database, revision)
    before = on(database, contents)
    assert upgraded(database) == (revision, newest())
    after = on(database, contents)
    lost = {
        table: [row for row in before[table] if not any(is_in(row, kept) for kept in after[table])]
        for table in before
        if table != VERSION_TABLE
    }
    assert lost == {table: [] for table in before if table != VERSION_TABLE}


@pytest.mark.parametrize("revision", revisions())
def test_the_ledger_goes_on_with_what_a_released_revision_kept(database: Database, revision: str) -> None:
    furnish(database, revision)
    changes = write(database, judgement(findings=[finding()]), "the next")
    assert told(changes) == {"still_open": [("pool-no-workers:work-pool:pool-etl", "critical")]}
    assert changes.still_open[0].finding.title == finding().title
    assert [row["affected_runs"] for row in rows(database, INCIDENTS)] == [3, 0]


def test_a_history_of_a_newer_version_is_refused_with_one_sentence(database: Database) -> None:
    newer(database)
    with pytest.raises(HistoryUnavailable) as refusal:
        write(database, judgement(findings=[finding()]), "1")
    assert str(refusal.value) == (
        f"The history in {database.shown} cannot be used: it was written by a newer Lifeguard "
        f"(revision 9999; this one knows up to {newest()}); upgrade prefect-lifeguard here."
    )


def test_a_history_of_a_newer_version_is_left_untouched(database: Database) -> None:
    newer(database)
    before = on(database, contents)
    for attempt in (lambda: write(database, judgement(), "1"), lambda: upgraded(database), lambda: look_at(database)):
        with pytest.raises(HistoryUnavailable, match="newer Lifeguard"):
            attempt()
    assert on(database, contents) == before


def test_the_tables_of_prefect_in_the_same_database_are_left_alone(database: Database) -> None:
    on(database, beside_prefect)
    assert upgraded(database) == (None, newest())
    found = on(database, contents)
    assert (found["alembic_version"], found["flow_run"]) == (
        [{"version_num": "9e83011d1f2a"}],
        [{"id": 1, "name": "happy-otter"}],
    )
    assert set(found) == TABLES | {"alembic_version", "flow_run"}


def test_the_tables_of_prefect_are_no_difference_to_ours(database: Database) -> None:
    on(database, beside_prefect)
    upgraded(database)
    assert on(database, differences) == []


def look_at(database: Database) -> None:
    async def look() -> None:
        async with reading(database):
            pass

    anyio.run(look)
