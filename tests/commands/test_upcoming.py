"""`lifeguard upcoming` as a user meets it: on a real server, and with each way in which it cannot look."""

from pathlib import Path

import pytest

from lifeguard.commands.upcoming import run_upcoming
from lifeguard.configuration import ConfigurationError
from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.prefect_server import free_port

HOSTILE = "p|`q` 'r' {t} [bold]u 😀"


def asked(*arguments: str, api_url: str, home: Path) -> Ended:
    return lifeguard("upcoming", *arguments, api_url=api_url, LIFEGUARD_DATABASE_URL=f"sqlite:///{home / 'none.db'}")


def test_what_is_to_start_is_told_without_a_history(estate: Estate, tmp_path: Path) -> None:
    for pool in ("etl", HOSTILE):
        estate.pool(pool)
        estate.future_run(estate.deployment(f"to {pool}", pool), 130)
    ended = asked("--hours", "3", "--format", "json", api_url=estate.api_url, home=tmp_path)
    assert (ended.status, ended.err) == (0, "")
    assert {pool["name"]: sum(hour["made"] for hour in pool["hours"]) for pool in ended.json["pools"]} == {
        "etl": 1,
        HOSTILE: 1,
    }
    table = asked("--pool", HOSTILE, api_url=estate.api_url, home=tmp_path)
    assert HOSTILE in table.out and "etl" not in table.out
    assert "How fast pools start runs is not known: There is no history in SQLite" in table.out


@pytest.mark.parametrize("hours", [0, 49])
def test_hours_out_of_bounds_are_one_sentence(hours: int) -> None:
    with pytest.raises(ConfigurationError, match=f"^--hours is {hours}, but should be from 1 to 48.$"):
        run_upcoming(None, hours, "table")


def test_a_pool_that_does_not_exist_is_one_sentence(estate: Estate, tmp_path: Path) -> None:
    estate.pool("etl")
    ended = asked("--pool", "etk", api_url=estate.api_url, home=tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert ended.sentences == [f"There is no work pool 'etk' at {estate.api_url}; did you mean 'etl'?"]


def test_a_server_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    ended = asked(api_url=away, home=tmp_path)
    assert (ended.status, ended.out) == (2, "")
    assert ended.sentences == [f"{away} does not answer (the connection was refused); see `lifeguard check`."]
