"""The block `history-database` on a real server: it names the database of every patrol, and keeps its secret."""

from collections.abc import Generator
from pathlib import Path

import anyio
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr, ValidationError

from blocks.history_database import HistoryDatabase
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.record.database import Database
from lifeguard.record.place import chosen_database
from tests.estate import PATIENT, Estate

SECRET = "hunter2-and-more"
IN_BLOCK = f"postgresql://bob:{SECRET}@db.example/history"
ELSEWHERE = "postgresql://eve:other@db.example/elsewhere"


@pytest.fixture
def on_server(estate: Estate) -> Generator[Estate, None, None]:
    """Prefect's own client speaks to the test's server; the block is gone afterwards."""
    with temporary_settings({PREFECT_API_URL: estate.api_url}):
        yield estate


@pytest.fixture
def saved(on_server: Estate) -> Generator[Estate, None, None]:
    """A server with the block on it."""
    HistoryDatabase(url=SecretStr(IN_BLOCK)).save("lifeguard")
    yield on_server
    HistoryDatabase.delete("lifeguard")


def chosen(estate: Estate, **environment: str) -> Database:
    async def once() -> Database:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            return await chosen_database(api, environment, Path("/home/of/prefect"))

    return anyio.run(once)


def test_the_block_wins_over_the_environment(saved: Estate) -> None:
    database = chosen(saved, LIFEGUARD_DATABASE_URL=ELSEWHERE)
    assert (database.shown, database.dsn) == ("PostgreSQL (the block history-database/lifeguard)", IN_BLOCK)


def test_without_a_block_the_environment_names_it(on_server: Estate) -> None:
    assert chosen(on_server, LIFEGUARD_DATABASE_URL=ELSEWHERE).shown == "PostgreSQL (LIFEGUARD_DATABASE_URL)"


def test_with_neither_it_is_a_file_under_the_home_of_prefect(on_server: Estate) -> None:
    assert chosen(on_server) == Database(
        "the default file", file=Path("/home/of/prefect/lifeguard/history.db"), is_default=True
    )


def test_the_block_hides_its_secret(saved: Estate) -> None:
    loaded = HistoryDatabase.load("lifeguard")
    assert isinstance(loaded, HistoryDatabase) and loaded.url.get_secret_value() == IN_BLOCK
    assert SECRET not in f"{loaded!r} {loaded} {loaded.model_dump_json()} {chosen(saved)!r}"


def test_an_address_that_no_patrol_could_use_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        HistoryDatabase(url=SecretStr(f"mysql://bob:{SECRET}@db/history"))
    assert "begins with mysql://: give postgresql://" in str(refused.value)
    assert SECRET not in str(refused.value)
