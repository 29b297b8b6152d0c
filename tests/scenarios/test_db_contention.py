"""db-contention: transactions wait for each other. The lines are PostgreSQL's and asyncpg's own."""

import pytest

from tests.estate import Estate, Said, look_at
from tests.proxy import Proxy, answering, ending, unavailable
from tests.signatures.real_worker import signs_now

PREFECT_503 = answering(503, '{"exception_message":"Service Unavailable"}')


@pytest.mark.parametrize("log", ["postgres-locks", "asyncpg-locks"])
def test_deadlocks_in_a_log_are_a_warning(estate: Estate, log: str) -> None:
    assert estate.look(signs=signs_now(log)).said == {Said("db-contention", "warning", "server", estate.api_url)}


def test_deadlocks_in_a_log_and_503_to_ourselves_are_critical(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), PREFECT_503, times=3)
        said = look_at(proxy.api_url, signs=signs_now("asyncpg-locks")).said
    assert said == {Said("db-contention", "critical", "server", proxy.api_url)}


def test_several_503_of_the_server_alone_are_a_warning(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), PREFECT_503, times=3)
        assert look_at(proxy.api_url).said == {Said("db-contention", "warning", "server", proxy.api_url)}


def test_503_of_a_proxy_say_nothing_of_the_database(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), unavailable(0.01), times=3)
        assert look_at(proxy.api_url).said == set()
