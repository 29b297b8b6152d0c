"""db-connections-exhausted: others have taken every connection of PostgreSQL; really so, or by the lines of real servers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lifeguard.commands.log_files import signs_of
from tests.builders import policy
from tests.estate import Estate, Said, look_at, wait_until
from tests.proxy import Proxy, answering, delayed, ending
from tests.scenarios.crowded import Crowded
from tests.signatures.real_worker import signs_now

PREFECT_500 = answering(500, '{"exception_message":"Internal Server Error"}')
LOGS = ("server-slots-reserved", "server-too-many-connections", "server-queue-pool", "postgres-slots-reserved")


@pytest.mark.parametrize("log", LOGS)
def test_a_log_alone_is_a_warning(estate: Estate, log: str) -> None:
    said = estate.look(signs=signs_now(log)).said
    assert said == {Said("db-connections-exhausted", "warning", "server", estate.api_url)}


def test_a_log_of_last_week_is_only_worth_a_note(estate: Estate) -> None:
    signs = tuple(
        replace(sign, last=None, ended=sign.ended and sign.ended - timedelta(days=7)) for sign in signs_now(LOGS[0])
    )
    assert estate.look(signs=signs).said == {Said("db-connections-exhausted", "info", "server", estate.api_url)}


def test_with_errors_to_ourselves_the_log_names_the_cause_and_it_is_critical(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("admin/version"), PREFECT_500)
        said = look_at(proxy.api_url, signs=signs_now("server-slots-reserved")).said
    assert said == {Said("db-connections-exhausted", "critical", "server", proxy.api_url)}


def test_500_of_a_slow_server_look_like_it_and_say_where_to_look(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("ready"), delayed(5))
        proxy.fail(ending("admin/version"), PREFECT_500)
        proxy.fail(ending("admin/settings"), PREFECT_500)
        proxy.fail(ending("flow_runs/filter"), PREFECT_500, times=1)
        found = look_at(proxy.api_url, policy(request_timeout_seconds=60)).the("db-connections-exhausted")
    assert (found.severity.value, found.is_confirmed) == ("warning", False)
    assert found.remedy[0].endswith("lifeguard signatures SERVER.LOG")


def test_500_once_from_a_server_that_is_quick_say_nothing_of_its_connections(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("flow_runs/filter"), PREFECT_500, times=1)
        codes = {finding.code for finding in look_at(proxy.api_url).findings}
    assert "db-connections-exhausted" not in codes


def test_where_clients_hold_every_connection_of_a_real_postgresql_it_is_critical(crowded: Crowded) -> None:
    with crowded.others_hold_every_connection():
        wait_until(lambda: bool(signs_of([crowded.log])), "the server's log tells of it")
        said = look_at(crowded.api_url, signs=signs_of([crowded.log])).said
    assert said == {
        Said("db-connections-exhausted", "critical", "server", crowded.api_url),
        Said("server-not-ready", "info", "server", crowded.api_url, caused_by="db-connections-exhausted"),
    }


def test_the_log_of_that_postgresql_names_it_too_and_is_a_warning_once_they_are_gone(crowded: Crowded) -> None:
    with crowded.others_hold_every_connection():
        wait_until(lambda: bool(signs_of([crowded.database_log])), "PostgreSQL's log tells of it")
    wait_until(lambda: look_at(crowded.api_url).said == set(), "the server has recovered")
    said = look_at(crowded.api_url, signs=signs_of([crowded.database_log])).said
    assert said == {Said("db-connections-exhausted", "warning", "server", crowded.api_url)}


def test_once_those_clients_are_gone_the_api_tells_of_nothing(crowded: Crowded) -> None:
    with crowded.others_hold_every_connection():
        wait_until(lambda: not look_at(crowded.api_url).snapshot.server.ready, "the server is not ready")
    wait_until(lambda: look_at(crowded.api_url).said == set(), "the server has recovered")
    assert look_at(crowded.api_url).snapshot.is_complete
