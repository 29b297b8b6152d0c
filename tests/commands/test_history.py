"""`lifeguard history` and `lifeguard incident`, each in a process of its own, on a history that patrols wrote."""

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import anyio
import pytest

from lifeguard.record.database import database_at
from lifeguard.record.remember import remember
from tests import builders as b
from tests.commands.command_line import Ended, lifeguard
from tests.prefect_server import PrefectServer, free_port

NAME = "http://prefect.example/api"
HOSTILE = "p|`q` 'r' \"s\" {t} [bold]u[/] 😀 \u202e"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A history of ten minutes, up to now: a pool without workers, which is still open."""
    address = f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}"
    now = (datetime.now(UTC) - b.NOW).total_seconds()
    pool = b.pool(HOSTILE)
    seen = b.snapshot(
        pools=[pool], workers=[b.worker(pool=HOSTILE, silent=600)], waiting=[b.run(pool=HOSTILE, overdue=60)]
    )
    found = b.finding(pool=HOSTILE, due=660 - now)
    for at in (-600, -400, -200, -10):
        look = b.judgement(seen, at=now + at, findings=[found], own=b.policy(server_name=NAME))
        anyio.run(remember, database_at(address, "the test"), look, f"patrol at {at}")
    return address


def asked(*arguments: str, url: str, api_url: str | None = None, name: str = NAME) -> Ended:
    """The command, with an API that does not answer unless there is one."""
    away = f"http://127.0.0.1:{free_port()}/api"
    named = {"LIFEGUARD_DATABASE_URL": url, "LIFEGUARD_SERVER_NAME": name}
    return lifeguard(*arguments, api_url=api_url or away, **named)


def test_the_history_is_told_as_json_and_nothing_else(server: PrefectServer, url: str) -> None:
    ended = asked("history", "--since", "1h", "--format", "json", url=url, api_url=server.api_url)
    assert (ended.status, ended.err) == (0, "")
    (incident,), (pool,) = ended.json["incidents"], ended.json["pools"]
    assert (incident["id"], incident["code"], incident["resolved_at"]) == (1, "pool-no-workers", None)
    assert (incident["seconds_to_notice"], incident["resource"]["name"]) == (60.0, HOSTILE)
    assert (pool["name"], pool["uptime"], pool["watched_seconds"]) == (HOSTILE, 0.0, 590.0)
    assert 11.0 <= pool["minutes_lost"]["pool-no-workers"] < 14.0


def test_the_table_obeys_no_name(url: str) -> None:
    ended = asked("history", url=url)
    assert ended.status == 0
    assert "pool-no-workers  p|`q` 'r' \"s\" {t} [bold]u[/] 😀 \\u202e" in ended.out
    assert "1 open, 0 resolved." in ended.out and "The whole life of one: lifeguard incident 1" in ended.out


def test_where_the_server_does_not_answer_it_is_said_which_history_this_is(url: str) -> None:
    ended = asked("history", "--format", "csv", "--pool", HOSTILE, url=url)
    (row,) = csv.DictReader(StringIO(ended.out))
    assert (ended.status, row["code"], len(ended.sentences)) == (0, "pool-no-workers", 1)
    assert "does not tell where its history is (the connection was refused)" in ended.err
    assert ended.err.endswith("; this is SQLite (LIFEGUARD_DATABASE_URL).\n")


def test_an_incident_is_told_with_its_proof_and_its_remedy(server: PrefectServer, url: str) -> None:
    ended = asked("incident", "1", url=url, api_url=server.api_url)
    assert (ended.status, ended.err) == (0, "")
    told = ["incident 1, open", "work first waited", "first seen", "opened as critical", "overdue_runs: 1", "  next  "]
    assert [words for words in told if words not in ended.out] == []
    document = asked("incident", "1", "--format", "json", url=url, api_url=server.api_url).json
    assert [change["kind"] for change in document["changes"]] == ["opened"]


def test_an_incident_that_does_not_exist_ends_with_2(server: PrefectServer, url: str) -> None:
    ended = asked("incident", "12", url=url, api_url=server.api_url)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "There is no incident 12 in the history; `lifeguard history` lists them.\n"


def test_a_server_of_another_name_is_refused_with_the_one_that_is_known(server: PrefectServer, url: str) -> None:
    ended = asked("history", url=url, api_url=server.api_url, name="")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"There is nothing about {server.api_url} in the history; it knows {NAME} "
        "(LIFEGUARD_SERVER_NAME says which one is meant).\n"
    )


def test_a_time_that_is_none_is_refused_before_anything_is_asked(url: str) -> None:
    ended = asked("history", "--since", "yesterday", url=url)
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)
    assert ended.err.startswith("--since is 'yesterday', which is neither an age nor a time: give an age (30m, ")


def test_where_nothing_was_recorded_it_says_how_the_history_begins(server: PrefectServer, tmp_path: Path) -> None:
    ended = asked("history", url=f"sqlite:///{tmp_path / 'none.db'}", api_url=server.api_url)
    assert (ended.status, ended.out) == (2, "")
    where = "SQLite (LIFEGUARD_DATABASE_URL)"
    assert ended.err == f"There is no history in {where} yet: it begins with the first `lifeguard patrol`.\n"


def test_the_history_of_one_pool_says_what_to_expect(url: str) -> None:
    ended = asked("history", "--pool", HOSTILE, url=url)
    assert ended.status == 0
    assert "What to expect\n1 run is overdue" in ended.out
    assert "What to expect" not in asked("history", url=url).out
