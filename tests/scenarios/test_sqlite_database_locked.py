"""sqlite-database-locked: too many write at once. The lines are those of real servers whose file somebody else had locked."""

from dataclasses import replace

import pytest

from tests.estate import Estate, Said, look_at
from tests.proxy import Proxy, answering, ending
from tests.signatures.real_worker import signs_now

PREFECT_503 = answering(503, '{"exception_message":"Service Unavailable"}')


@pytest.mark.parametrize("version", ["391", "388"])
def test_a_few_locks_in_the_log_are_only_worth_a_note(estate: Estate, version: str) -> None:
    said = estate.look(signs=signs_now(f"server-sqlite-locked-{version}")).said
    assert said == {Said("sqlite-database-locked", "info", "server", estate.api_url)}


def test_many_locks_in_the_log_are_a_warning(estate: Estate) -> None:
    signs = tuple(replace(sign, count=40) for sign in signs_now("server-sqlite-locked-391"))
    assert estate.look(signs=signs).said == {Said("sqlite-database-locked", "warning", "server", estate.api_url)}


def test_with_503_to_ourselves_the_log_names_the_cause(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), PREFECT_503, times=3)
        said = look_at(proxy.api_url, signs=signs_now("server-sqlite-locked-391")).said
    assert said == {Said("sqlite-database-locked", "warning", "server", proxy.api_url)}


def test_a_server_that_is_known_to_use_sqlite_needs_no_log(estate: Estate) -> None:
    def with_driver(settings: dict[str, dict[str, dict[str, str]]]) -> dict[str, dict[str, dict[str, str]]]:
        settings["server"]["database"]["driver"] = "sqlite+aiosqlite"
        return settings

    with Proxy(estate.api_url) as proxy:
        proxy.rewrite(ending("admin/settings"), with_driver)
        proxy.fail(ending("work_pools/filter"), PREFECT_503, times=3)
        assert look_at(proxy.api_url).said == {Said("sqlite-database-locked", "warning", "server", proxy.api_url)}


def test_a_single_503_that_was_right_at_the_second_try_is_nothing(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), PREFECT_503, times=1)
        assert look_at(proxy.api_url).said == set()
