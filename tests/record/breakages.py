"""Ways in which a database fails a patrol, each really done to a real one: a context in which it is broken."""

import socket
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import anyio

from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import (
    AWAY,
    BROKEN,
    FORBIDDEN,
    FOREIGN,
    FULL,
    LOCKED,
    NO_FILE,
    NO_SUCH,
    READ_ONLY,
    REFUSED,
    SLOW,
    Trouble,
)
from lifeguard.record.postgresql import CONNECT
from tests.postgres import Postgres
from tests.prefect_server import free_port

Broken = Callable[[Any, Database], AbstractContextManager[Database]]
"""Takes the server (PostgreSQL) or the folder (SQLite) and a database with tables; gives the one that is broken."""


@contextmanager
def nobody_listens(_: Postgres, database: Database) -> Generator[Database, None, None]:
    yield database_at(f"postgresql://postgres:{secret(database)}@127.0.0.1:{free_port()}/history", "the test")


@contextmanager
def wrong_password(server: Postgres, _: Database) -> Generator[Database, None, None]:
    yield database_at(server.url(password="hunter2-is-wrong"), "the test")


@contextmanager
def no_such_database(server: Postgres, _: Database) -> Generator[Database, None, None]:
    yield database_at(server.url("atlantis"), "the test")


@contextmanager
def read_only(server: Postgres, database: Database) -> Generator[Database, None, None]:
    anyio.run(server.execute, f"ALTER DATABASE {name(database)} SET default_transaction_read_only = on")
    yield database


@contextmanager
def full(server: Postgres, database: Database) -> Generator[Database, None, None]:
    """The server itself raises what it raises when its disk is full (SQLSTATE 53100)."""
    raising = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END"
    anyio.run(
        server.execute, f"CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ {raising} $$", name(database)
    )
    trigger = "CREATE TRIGGER is_full BEFORE INSERT ON lifeguard_patrols FOR EACH ROW EXECUTE FUNCTION is_full()"
    anyio.run(server.execute, trigger, name(database))
    yield database


@contextmanager
def no_rights(server: Postgres, database: Database) -> Generator[Database, None, None]:
    anyio.run(server.execute, f"CREATE ROLE guest_{name(database)} LOGIN PASSWORD '{secret(database)}'")
    yield database_at((database.dsn or "").replace("postgres:", f"guest_{name(database)}:", 1), "the test")


@contextmanager
def no_column(server: Postgres, database: Database) -> Generator[Database, None, None]:
    anyio.run(server.execute, "ALTER TABLE lifeguard_patrols DROP COLUMN api_calls", name(database))
    yield database


@contextmanager
def locked(_: Postgres, database: Database) -> Generator[Database, None, None]:
    with held(database, "LOCK TABLE lifeguard_servers IN ACCESS EXCLUSIVE MODE"):
        yield database


@contextmanager
def silent(_: Postgres, database: Database) -> Generator[Database, None, None]:
    """Something takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        yield database_at(f"postgresql://postgres:{secret(database)}@127.0.0.1:{port}/history", "the test")


@contextmanager
def held(database: Database, statement: str) -> Generator[None, None, None]:
    """Somebody else's transaction, open as long as the context."""
    is_held, may_end = threading.Event(), threading.Event()

    async def hold() -> None:
        connection = await CONNECT(database.dsn)
        try:
            await connection.execute(f"BEGIN; {statement}")
            is_held.set()
            await anyio.to_thread.run_sync(may_end.wait)
        finally:
            await connection.close()

    holder = threading.Thread(target=anyio.run, args=(hold,))
    holder.start()
    assert is_held.wait(60)
    try:
        yield
    finally:
        may_end.set()
        holder.join()


@contextmanager
def file_without_folder(folder: Path, _: Database) -> Generator[Database, None, None]:
    yield database_at(f"sqlite:///{folder}/nowhere/history.db", "the test")


@contextmanager
def file_is_a_text(folder: Path, _: Database) -> Generator[Database, None, None]:
    (folder / "letter.txt").write_text("Dear database,\n" * 100)
    yield database_at(f"sqlite:///{folder}/letter.txt", "the test")


@contextmanager
def file_locked(_: Path, database: Database) -> Generator[Database, None, None]:
    connection = sqlite3.connect(database.file or "", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield database
    finally:
        connection.close()


@contextmanager
def file_full(_: Path, database: Database) -> Generator[Database, None, None]:
    with sqlite3.connect(database.file or "") as connection:
        raising = "SELECT RAISE(ABORT, 'database or disk is full')"
        connection.execute(f"CREATE TRIGGER is_full BEFORE INSERT ON lifeguard_patrols BEGIN {raising}; END")
    connection.close()
    yield database


@contextmanager
def file_without_table(_: Path, database: Database) -> Generator[Database, None, None]:
    with sqlite3.connect(database.file or "") as connection:
        connection.execute("DROP TABLE lifeguard_readings")
    connection.close()
    yield database


def name(database: Database) -> str:
    """The name of a PostgreSQL database."""
    return (database.dsn or "").rpartition("/")[2]


def secret(database: Database) -> str:
    """The password in its address."""
    return (database.dsn or "").partition("://postgres:")[2].partition("@")[0]


OF_POSTGRESQL: dict[str, tuple[Broken, Trouble]] = {
    "nobody listens": (nobody_listens, AWAY),
    "wrong password": (wrong_password, REFUSED),
    "no such database": (no_such_database, NO_SUCH),
    "read-only": (read_only, READ_ONLY),
    "full": (full, FULL),
    "no rights": (no_rights, FORBIDDEN),
    "a column is gone": (no_column, FOREIGN),
    "locked": (locked, LOCKED),
    "silent": (silent, SLOW),
}
OF_SQLITE: dict[str, tuple[Broken, Trouble]] = {
    "no folder": (file_without_folder, NO_FILE),
    "a text": (file_is_a_text, BROKEN),
    "locked": (file_locked, LOCKED),
    "full": (file_full, FULL),
    "a table is gone": (file_without_table, FOREIGN),
}
