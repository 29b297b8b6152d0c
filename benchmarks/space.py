"""How much room the history takes."""

import sqlite3
from contextlib import closing

from sqlalchemy import text

from lifeguard.record.database import Database, reading

ROOM_ON_POSTGRESQL = text(
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'lifeguard\\_%'"
)
ROOM_OF_HOURS = {
    "SQLite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'lifeguard_hours'",
    "PostgreSQL": "SELECT pg_total_relation_size('lifeguard_hours')",
}


async def bytes_of(database: Database) -> int:
    """The size of the file with its log written back, or of all our tables with their indexes."""
    if database.file:
        with closing(sqlite3.connect(database.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return database.file.stat().st_size
    async with reading(database) as connection:
        return int((await connection.execute(ROOM_ON_POSTGRESQL)).scalar_one())


async def bytes_of_hours(database: Database) -> int:
    """The size of the table of hours with its index."""
    size = ROOM_OF_HOURS[database.kind]
    async with reading(database) as connection:
        return int((await connection.execute(text(size))).scalar_one())


async def settle(database: Database) -> None:
    """Let PostgreSQL do now what it does by itself within minutes."""
    if database.file is None:
        engine = database.engine()
        async with engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await free.execute(text("VACUUM ANALYZE"))
        await engine.dispose()
