"""The address of the database is a secret: whatever is done with a database that fails, no error holds any part of it."""

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at, upgrade
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.incident_queries import read_incident
from lifeguard.record.queries import read_history
from lifeguard.record.remember import remember
from lifeguard.record.retention import prune
from lifeguard.record.state import state_of
from tests import builders as b
from tests.postgres import PASSWORD, Postgres
from tests.record.breakages import OF_POSTGRESQL

SECRETS = (PASSWORD, "hunter2", "127.0.0.1", "postgresql://", "atlantis")
SLOW = frozenset({"locked", "silent"})
"""Each waits for seconds until it gives up; `test_failures` looks at what they say."""


async def look_back(database: Database) -> Any:
    return await read_history(database, b.API_URL, b.ago(3600), b.NOW)


async def look_at_one(database: Database) -> Any:
    return await read_incident(database, 1)


async def forget(database: Database) -> Any:
    return await prune(database, Policy(), b.NOW, dry_run=False)


async def count(database: Database) -> Any:
    return await prune(database, Policy(), b.NOW, dry_run=True)


USES: list[Callable[[Database], Awaitable[Any]]] = [upgrade, state_of, look_back, look_at_one, forget, count]


def complaint(use: Callable[[Database], Awaitable[Any]], database: Database) -> str:
    """Everything that is known of how it failed; nothing if it did not."""
    try:
        anyio.run(use, database)
    except HistoryUnavailable as error:
        return "".join(traceback.format_exception(error)) + repr(error) + repr(database)
    return ""


@pytest.mark.parametrize("name", [name for name in OF_POSTGRESQL if name not in SLOW])
def test_no_use_of_a_database_that_fails_tells_its_address(name: str, postgres_server: Postgres) -> None:
    broken, _ = OF_POSTGRESQL[name]
    database = database_at(anyio.run(postgres_server.new_database), "the test")
    anyio.run(remember, database, b.judgement(findings=[b.finding()]), "patrol-1")
    with broken(postgres_server, database) as failing:
        said = [complaint(use, failing) for use in USES]
    assert [secret for secret in SECRETS if any(secret in text for text in said)] == []


def test_a_database_that_is_away_fails_in_every_use(postgres_server: Postgres) -> None:
    broken, _ = OF_POSTGRESQL["nobody listens"]
    database = database_at(postgres_server.url(), "the test")
    with broken(postgres_server, database) as failing:
        assert all("HistoryUnavailable" in complaint(use, failing) for use in USES)
