"""Tables of any revision, furnished and read back: for the tests of migrations."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import anyio
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect, select

from lifeguard.record import schema
from lifeguard.record.database import Database
from lifeguard.record.upgrading import configuration

T = TypeVar("T")
RELEASED = Path(__file__).with_name("released")
"""One file for each revision, with rows for each table that it has, as they were written then. Never changed later."""


def on(database: Database, work: Callable[[Connection], T]) -> T:
    """Do something on a plain connection, and commit it."""

    async def do() -> T:
        engine = database.engine()
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return anyio.run(do)


def revisions() -> list[str]:
    """Every revision, oldest first."""
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def furnish(database: Database, revision: str) -> None:
    """The tables of a revision with what people had in them then."""

    def build(connection: Connection) -> None:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for statement in (RELEASED / f"{revision}.sql").read_text().split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)

    on(database, build)


def contents(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, ours or not, as the database has it."""
    reflected = MetaData()
    reflected.reflect(connection)
    return {
        table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for table in reflected.sorted_tables
    }


def shape(connection: Connection) -> dict[str, Any]:
    """What the database knows about our tables: columns, keys, constraints and indexes."""
    seen = inspect(connection)
    return {
        name: {
            "columns": {each["name"]: (str(each["type"]), each["nullable"]) for each in seen.get_columns(name)},
            "key": seen.get_pk_constraint(name),
            "foreign": _sorted(seen.get_foreign_keys(name)),
            "unique": _sorted(seen.get_unique_constraints(name)),
            "checks": _sorted(seen.get_check_constraints(name)),
            "indexes": _sorted(seen.get_indexes(name)),
        }
        for name in seen.get_table_names()
        if name.startswith("lifeguard_") and name != schema.VERSION_TABLE
    }


def _sorted(found: Any) -> list[str]:
    """What SQLAlchemy reflected, in an order that does not depend on that of its making."""
    return sorted(_words(each) for each in found)


def _words(value: Any) -> str:
    """A value without the addresses in memory of what SQLAlchemy read."""
    if isinstance(value, dict):
        return str(sorted(f"{name}: {_words(each)}" for name, each in value.items()))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(value)
