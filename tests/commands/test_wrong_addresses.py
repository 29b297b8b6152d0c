"""Wherever `PREFECT_API_URL` points to: one sentence on standard error with the way out, status 2, and it never hangs."""

import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.commands.command_line import Ended, lifeguard
from tests.prefect_server import PrefectServer, free_port, prefect_server


def refused_well(ended: Ended, way_out: str) -> bool:
    """Whether it ended as the contract says, and the sentence names this way out."""
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1), ended
    return way_out in ended.err


def test_nobody_listens_there() -> None:
    assert refused_well(lifeguard("check", api_url=f"http://127.0.0.1:{free_port()}/api"), "prefect config view")


def test_somebody_listens_and_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ended = lifeguard("check", api_url=f"http://127.0.0.1:{silent.getsockname()[1]}/api")
    assert refused_well(ended, "no answer within 10 s")


def test_a_host_name_that_does_not_exist() -> None:
    assert refused_well(lifeguard("check", api_url="http://nobody.invalid/api"), "cannot be resolved")


def test_the_address_without_api_at_its_end(server: PrefectServer) -> None:
    address = server.api_url.removesuffix("/api")
    assert refused_well(lifeguard("check", api_url=address), f"prefect config set PREFECT_API_URL={address}/api")


@pytest.mark.parametrize("url", ["", "   ", "127.0.0.1:4200/api", "ftp://127.0.0.1/api"])
def test_an_address_that_cannot_be_one(url: str) -> None:
    assert refused_well(lifeguard("check", api_url=url), "prefect config set PREFECT_API_URL=")


def test_a_patrol_says_the_same_and_starts_no_flow() -> None:
    ended = lifeguard("patrol", api_url=f"http://127.0.0.1:{free_port()}/api")
    assert refused_well(ended, "prefect server status")


def test_no_user_or_password_of_the_address_is_shown() -> None:
    ended = lifeguard("check", api_url=f"http://alice:s3cret@127.0.0.1:{free_port()}/api")
    assert "s3cret" not in ended.err and "alice" not in ended.err and refused_well(ended, "127.0.0.1")


def test_json_is_printed_even_when_nothing_answers() -> None:
    ended = lifeguard("check", "--format", "json", api_url=f"http://127.0.0.1:{free_port()}/api")
    assert (ended.status, len(ended.sentences)) == (2, 1)
    assert [finding["code"] for finding in ended.json["findings"]] == ["api-unreachable"]
    assert ended.json["patrol"]["complete"] is False


@pytest.fixture(scope="module")
def guarded() -> Generator[PrefectServer, None, None]:
    """A server that wants a password, which `/ready` does not ask for and everything else does."""
    with prefect_server({"PREFECT_SERVER_API_AUTH_STRING": "admin:right"}) as running:
        yield running


def test_a_server_that_wants_a_password_and_gets_none(guarded: PrefectServer) -> None:
    assert refused_well(lifeguard("check", api_url=guarded.api_url), "wants a PREFECT_API_AUTH_STRING")


def test_a_server_that_wants_a_password_and_gets_a_wrong_one(guarded: PrefectServer) -> None:
    ended = lifeguard("check", api_url=guarded.api_url, PREFECT_API_AUTH_STRING="admin:wrong")
    assert refused_well(ended, "refuses the PREFECT_API_AUTH_STRING") and "wrong" not in ended.err


def test_a_server_that_wants_a_password_and_gets_it(guarded: PrefectServer) -> None:
    ended = lifeguard("check", api_url=guarded.api_url, PREFECT_API_AUTH_STRING="admin:right")
    assert (ended.status, ended.err) == (0, "")


def test_a_policy_file_that_does_not_exist(server: PrefectServer, tmp_path: Path) -> None:
    ended = lifeguard("check", "--policy", str(tmp_path / "none.toml"), api_url=server.api_url)
    assert refused_well(ended, "give the path of a TOML file")
