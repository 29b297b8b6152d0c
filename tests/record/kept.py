"""Patrols written to a database and what it then holds, read back without the code that is tested."""

from collections.abc import Mapping
from typing import Any

import anyio
from sqlalchemy import Connection, Table, inspect, select, text

from lifeguard.incidents import Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.record.database import Database, writing
from lifeguard.record.remember import remember
from lifeguard.record.tables import Row

Rows = list[dict[str, Any]]
Names = dict[str, list[tuple[str, str]]]


def write(database: Database, judged: Judgement, id: str) -> Changes:
    """Remember one patrol."""
    return anyio.run(remember, database, judged, id)


def told(changes: Changes) -> Names:
    """What a patrol told: fingerprints with their severities, by kind, without the kinds that are empty."""
    groups = {name: getattr(changes, name) for name in ("opened", "still_open", "escalated", "resolved")}
    return {name: [_name(incident) for incident in group] for name, group in groups.items() if group}


def _name(incident: Incident) -> tuple[str, str]:
    return incident.fingerprint, incident.severity.value


def rows(database: Database, table: Table, *columns: str) -> Rows:
    """The rows of a table, some columns or all, by its key."""
    chosen = [table.c[name] for name in columns] or list(table.c)

    def read(connection: Connection) -> Rows:
        return [dict(row) for row in connection.execute(select(*chosen).order_by(*table.primary_key)).mappings()]

    return _ask(database, read)


def everything(database: Database) -> Mapping[str, Rows]:
    """All rows of all of our tables."""

    def read(connection: Connection) -> Mapping[str, Rows]:
        present = set(inspect(connection).get_table_names())
        found = {table.name: connection.execute(select(table).order_by(*table.primary_key)) for table in _tables()}
        return {name: [dict(row) for row in found[name].mappings()] for name in found if name in present}

    return _ask(database, read)


def sql(database: Database, *statements: str) -> None:
    """Run statements in one transaction, as somebody would who writes past us."""

    async def run() -> None:
        async with writing(database) as connection:
            for statement in statements:
                await connection.execute(text(statement))

    anyio.run(run)


def _tables() -> list[Table]:
    return Row.metadata.sorted_tables


def _ask(database: Database, read: Any) -> Any:
    async def ask() -> Any:
        engine = database.engine()
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(read)
        finally:
            await engine.dispose()

    return anyio.run(ask)
