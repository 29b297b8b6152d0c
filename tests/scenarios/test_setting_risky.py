"""setting-risky: settings that an estate on a real server makes risky, as `lifeguard settings` says it, and no patrol."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate, look_at
from tests.prefect_server import PrefectServer

HOSTILE = "w `x` | [bold]y 😀"
WEB = {"PREFECT_CLIENT_RETRY_EXTRA_CODES": "500,421"}
LEASES = "server.concurrency.lease_storage"


@pytest.fixture
def estate(either_server: PrefectServer) -> Generator[Estate, None, None]:
    with Estate(either_server.api_url) as built:
        built.raze()
        try:
            yield built
        finally:
            built.raze()


def settings(estate: Estate, *arguments: str, **environment: str) -> Ended:
    return lifeguard("settings", *arguments, api_url=estate.api_url, **{**WEB, **environment})


def risky(ended: Ended) -> set[str]:
    """The settings that are risky; that the UI's port is not that of a server in a test is left out."""
    found: list[dict[str, Any]] = ended.json["findings"]
    assert {each["code"] for each in found} == {"setting-risky"} and {each["severity"] for each in found} == {"info"}
    return {each["resource"]["id"] for each in found} - {"server.ui.api_url"}


def test_a_limit_makes_leases_in_memory_risky_and_old_names_are_told(estate: Estate) -> None:
    estate.pool("etl")
    estate.worker("etl", HOSTILE, every=600)
    before = risky(settings(estate, "--format", "json"))
    estate.global_limit("db", 2)
    own = {"PREFECT_CLIENT_RETRY_EXTRA_CODES": "421", "PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS": "15"}
    ended = settings(estate, "--format", "json", **own)
    assert before == {"worker.heartbeat_seconds"}
    assert risky(ended) == {*before, LEASES, "client.retry_extra_codes", *own} - {"PREFECT_CLIENT_RETRY_EXTRA_CODES"}
    assert (ended.status, ended.json["complete"], ended.json["missing"], ended.err) == (1, True, [], "")


def test_the_table_tells_the_variable_to_set_and_no_name_is_obeyed(estate: Estate) -> None:
    estate.pool("etl")
    estate.worker("etl", HOSTILE, every=600)
    ended = settings(estate, LIFEGUARD_SERVER_PROCESSES="2", PREFECT_API_REQUEST_TIMEOUT="90")
    assert f"Worker '{HOSTILE}' of pool 'etl' sends a heartbeat every 10 min" in ended.out
    assert "next  For every process of the server, then restart it: PREFECT_SERVER_DOCKET_URL=redis://" in ended.out
    assert [line.split() for line in ended.out.splitlines() if line.startswith("api.request_timeout")] == [
        ["api.request_timeout", "90", "60", "this", "process"]
    ]
    assert (
        "may open 15 connections, and there is room for 6 processes (97 connections, PostgreSQL's default)" in ended.out
    )


def test_what_is_risky_is_no_matter_of_a_patrol(estate: Estate) -> None:
    estate.global_limit("db", 2)
    assert LEASES in settings(estate).out
    assert "setting-risky" not in {finding.code for finding in look_at(estate.api_url).findings}
    assert look_at(estate.api_url).findings == ()
