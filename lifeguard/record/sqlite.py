"""How SQLite is opened: write-ahead log, foreign keys, and transactions that begin when we say so."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, NullPool, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BEGIN = "lifeguard_begin"
IMMEDIATE, DEFERRED = "IMMEDIATE", "DEFERRED"
LOCK_WAIT_SECONDS = 5.0
ERRORS = (sqlite3.Error,)


def engine(file: Path) -> AsyncEngine:
    """An engine that opens the file anew for each connection, and waits for a lock for `LOCK_WAIT_SECONDS`.

    Raises `sqlite3.Error` for a file that cannot be opened: aiosqlite (0.22) would leave a thread behind that complains
    when the event loop is gone.
    """
    sqlite3.connect(file).close()
    url = URL.create("sqlite+aiosqlite", database=str(file))
    created = create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_SECONDS}
    )
    event.listen(created.sync_engine, "connect", _prepare)
    event.listen(created.sync_engine, "begin", _begin)
    return created


def _prepare(connection: Any, _: object) -> None:
    """The driver would begin transactions on its own, after the first reads. One that fails is closed, with its thread."""
    try:
        connection.isolation_level = None
        _set_pragmas(connection.cursor())
    except sqlite3.Error:
        connection.close()
        raise


def _set_pragmas(cursor: Any) -> None:
    """The log's mode stays in the file, and setting it again would need the file for itself."""
    cursor.execute("PRAGMA journal_mode")
    if cursor.fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


async def begin_as(connection: AsyncConnection, mode: str) -> None:
    """How the next transactions on this connection begin; other databases do not mind."""
    await connection.execution_options(**{BEGIN: mode})


def _begin(connection: Connection) -> None:
    """A writer takes its turn at the beginning: one that first reads could not wait for another writer."""
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(BEGIN, IMMEDIATE)}")
