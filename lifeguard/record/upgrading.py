"""Bringing the tables to this version: the only code that runs alembic, and imported only where an upgrade is due.

With what alembic imports itself (Mako, Pygments) it is 0.2 s and 9 MB, which every patrol would spend for nothing.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def upgrade(connection: Connection) -> None:
    """To the newest revision, on this connection and in its transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
