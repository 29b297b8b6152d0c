"""Where the history is when the server cannot tell, and what is said of addresses."""

from pathlib import Path

import anyio
import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.place import chosen_database
from tests.prefect_server import free_port

HOME = Path("/home/of/prefect")
NAMED = {"LIFEGUARD_DATABASE_URL": "sqlite:////srv/history.db"}


def chosen(environment: dict[str, str], *, writes: bool) -> Database:
    async def once() -> Database:
        async with Api(Connection(f"http://127.0.0.1:{free_port()}/api"), Policy(retry_attempts=0)) as api:
            return await chosen_database(api, environment, HOME, writes=writes)

    return anyio.run(once)


@pytest.mark.parametrize("writes", [True, False])
def test_where_the_server_does_not_answer_what_the_environment_names_is_taken(writes: bool) -> None:
    assert chosen(NAMED, writes=writes).file == Path("/srv/history.db")


def test_a_reader_then_takes_the_default_file() -> None:
    assert chosen({}, writes=False).is_default


def test_a_writer_never_guesses() -> None:
    with pytest.raises(HistoryUnavailable, match=r"the server does not tell where it is .* set LIFEGUARD_DATABASE_URL"):
        chosen({}, writes=True)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postgresql://u:p@h/d", "PostgreSQL"),
        ("postgres://u:p@h/d?sslmode=require", "PostgreSQL"),
        ("postgresql+asyncpg://u:p@h/d", "PostgreSQL"),
        ("sqlite:///relative.db", "SQLite"),
        ("sqlite+aiosqlite:////absolute.db", "SQLite"),
    ],
)
def test_the_usual_spellings_of_an_address_are_understood(url: str, kind: str) -> None:
    assert database_at(url, "here").kind == kind


@pytest.mark.parametrize(
    "url",
    ["mysql://u:hunter2@h/d", "hunter2", "sqlite://", "sqlite:///:memory:", "", "postgresql:hunter2", "://hunter2"],
)
def test_another_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"The address of the history in here .*: give postgresql://"
    ) as refused:
        database_at(url, "here")
    assert "hunter2" not in str(refused.value)


def test_what_is_special_in_a_url_is_decoded_in_the_path() -> None:
    assert database_at("sqlite:////srv/my%20history.db", "here").file == Path("/srv/my history.db")


def test_the_address_does_not_show_in_what_a_program_prints_of_it() -> None:
    database = database_at("postgresql://bob:hunter2@db.example/history", "here")
    assert "hunter2" not in repr(database) and "db.example" not in repr(database)
