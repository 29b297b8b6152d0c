"""The database that a Prefect server is given: a file of SQLite, somebody's PostgreSQL, or one that is started for it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.debian_postgres import debian_postgres

CONNECTIONS = 100
"""PostgreSQL's own default."""


@dataclass(frozen=True, slots=True)
class ServerDatabase:
    """The address, and the first process of a PostgreSQL that is our own."""

    url: str
    process: int | None = None


@contextmanager
def database_of(folder: str, url: str | None, postgres: bool) -> Generator[ServerDatabase, None, None]:
    """The one that was asked for; what is started ends with it."""
    if url or not postgres:
        yield ServerDatabase(url or f"sqlite+aiosqlite:///{folder}/prefect.db")
        return
    with debian_postgres(CONNECTIONS) as running:
        process = int((running.folder / "postmaster.pid").read_text().splitlines()[0])
        yield ServerDatabase(running.url().replace("postgresql://", "postgresql+asyncpg://"), process)
