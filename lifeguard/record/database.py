"""Where the history is kept, and how it is spoken to. The address is a secret and shows nowhere."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import anyio
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from lifeguard.configuration import ConfigurationError
from lifeguard.record import schema, sqlite
from lifeguard.record.failures import HistoryUnavailable, NoHistoryYet, trouble_of

ANSWERS_WITHIN_SECONDS = 8.0
"""All that one transaction may take: a patrol must not wait for its memory (connecting and migrating included)."""

POSTGRESQL = re.compile(r"^postgres(ql)?(\+\w+)?://")
SQLITE = re.compile(r"^sqlite(\+\w+)?:///(?P<path>[^?#]+)")
SCHEME = re.compile(r"^([a-z0-9+]{1,30})://")


@dataclass(frozen=True, slots=True)
class Database:
    """An address and where it was named. `file` is that of SQLite; `dsn` is what PostgreSQL's driver takes."""

    place: str
    file: Path | None = None
    dsn: str | None = field(default=None, repr=False)
    is_default: bool = False

    @property
    def kind(self) -> str:
        """What it is."""
        return "SQLite" if self.file else "PostgreSQL"

    @property
    def shown(self) -> str:
        """What may be said of it."""
        return f"{self.kind} ({self.place})"

    def engine(self) -> AsyncEngine:
        """A fresh engine, which its user disposes of."""
        if self.file:
            return sqlite.engine(self.file)
        from lifeguard.record import postgresql

        return postgresql.engine(self.dsn or "")

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What its driver raises. That of PostgreSQL is imported only where it is used."""
        if self.file:
            return sqlite.ERRORS
        from lifeguard.record import postgresql

        return postgresql.ERRORS


def database_at(url: str, place: str) -> Database:
    """The database of a URL; raises `ConfigurationError`, which does not repeat the URL."""
    if POSTGRESQL.match(url):
        return Database(place, dsn=POSTGRESQL.sub("postgresql://", url))
    named = SQLITE.match(url)
    if named and ":memory:" not in url:
        return Database(place, file=Path(unquote(named["path"])).expanduser())
    scheme = SCHEME.match(url)
    what = f"begins with {scheme[1]}://" if scheme else "has no scheme"
    raise ConfigurationError(
        f"The address of the history in {place} {what}: give postgresql://USER:PASSWORD@HOST/DATABASE or sqlite:///PATH."
    )


def default_database(prefect_home: Path) -> Database:
    """The SQLite file under Prefect's home."""
    return Database("the default file", file=prefect_home / "lifeguard" / "history.db", is_default=True)


@asynccontextmanager
async def writing(
    database: Database, limit_seconds: float | None = ANSWERS_WITHIN_SECONDS
) -> AsyncGenerator[AsyncConnection, None]:
    """One transaction on tables of this version; all of it happens or nothing. Raises `HistoryUnavailable`."""
    if database.is_default and database.file:
        _make_folder(database, database.file.parent)
    async with _connected(database, limit_seconds) as connection:
        await schema.ensure(connection, database.shown)
        await sqlite.begin_as(connection, sqlite.IMMEDIATE)
        yield connection
        await connection.commit()


@asynccontextmanager
async def reading(
    database: Database, limit_seconds: float | None = ANSWERS_WITHIN_SECONDS
) -> AsyncGenerator[AsyncConnection, None]:
    """One consistent look at the tables. Raises `NoHistoryYet` where there are none, else `HistoryUnavailable`."""
    if database.file and not database.file.exists():
        raise NoHistoryYet(database.shown)
    async with _connected(database, limit_seconds) as connection:
        await schema.ensure(connection, database.shown)
        await sqlite.begin_as(connection, sqlite.DEFERRED)
        yield connection


async def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the tables to this version, however long it takes; the revisions before and after."""
    if database.is_default and database.file:
        _make_folder(database, database.file.parent)
    async with _connected(database, None) as connection:
        return await schema.ensure(connection, database.shown)


@asynccontextmanager
async def _connected(database: Database, limit_seconds: float | None) -> AsyncGenerator[AsyncConnection, None]:
    """A connection of its own; whatever goes wrong with it is one `HistoryUnavailable` without a secret in its chain."""
    try:
        async with _disposed_of(database.engine()) as engine:
            with anyio.fail_after(limit_seconds):
                async with engine.connect() as connection:
                    yield connection
    except (SQLAlchemyError, OSError, TimeoutError, *database.errors) as error:
        raise HistoryUnavailable(database.shown, trouble_of(error)) from None


@asynccontextmanager
async def _disposed_of(engine: AsyncEngine) -> AsyncGenerator[AsyncEngine, None]:
    try:
        yield engine
    finally:
        with anyio.CancelScope(shield=True), anyio.move_on_after(1):
            await engine.dispose()


def _make_folder(database: Database, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HistoryUnavailable(database.shown, trouble_of(error)) from None
