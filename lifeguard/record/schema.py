"""Which version of the tables a database has, and how it comes to this one."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.record import sqlite
from lifeguard.record.failures import HistoryUnavailable, Trouble

VERSION_TABLE = "lifeguard_version"
"""Not alembic's default name, which Prefect's own server uses: both may live in one database."""

LOCK = 0x11FE6_0A2D
"""The key of the advisory lock under which one of many patrols upgrades PostgreSQL."""


@cache
def known_revisions() -> tuple[str, ...]:
    """Every revision that this version of Lifeguard knows, oldest first, by the names of their files: `0001_…`.

    alembic would read the files, and its import takes longer than the whole transaction.
    """
    files = (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def newest() -> str:
    """The revision that this version of Lifeguard works with."""
    return known_revisions()[-1]


async def ensure(connection: AsyncConnection, shown: str) -> tuple[str | None, str]:
    """Upgrade the tables if they are older; the revisions before and after.

    Raises `HistoryUnavailable` for tables of a newer version. Whoever comes second waits and finds the work done.
    """
    before = await revision(connection)
    if before != newest():
        _refuse_newer(before, shown)
        await sqlite.begin_as(connection, sqlite.IMMEDIATE)
        await _lock(connection)
        if await connection.run_sync(_revision) != newest():
            await connection.run_sync(_upgrade)
        await connection.commit()
    return before, newest()


async def revision(connection: AsyncConnection) -> str | None:
    """The revision of the tables; None where there are none."""
    await sqlite.begin_as(connection, sqlite.DEFERRED)
    found = await connection.run_sync(_revision)
    await connection.rollback()
    return found


def _refuse_newer(found: str | None, shown: str) -> None:
    if found is not None and found not in known_revisions():
        newer = f"it was written by a newer Lifeguard (revision {found[:40]}; this one knows up to {newest()})"
        raise HistoryUnavailable(shown, Trouble(newer, "upgrade prefect-lifeguard here"))


async def _lock(connection: AsyncConnection) -> None:
    """On SQLite the transaction itself is the lock."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def _upgrade(connection: Connection) -> None:
    from lifeguard.record.upgrading import upgrade

    upgrade(connection)
