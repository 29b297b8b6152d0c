"""db-contention: transactions wait for each other. Really so, or by lines that PostgreSQL and asyncpg wrote."""

import pytest

from lifeguard.commands.log_files import signs_of
from lifeguard.signatures.sign import Sign
from tests.builders import policy
from tests.estate import Estate, Said, look_at, wait_until
from tests.proxy import Proxy, answering, ending, unavailable
from tests.scenarios.crowded import Crowded
from tests.signatures.real_worker import signs_now

PREFECT_503 = answering(503, '{"exception_message":"Service Unavailable"}')
AT_ONCE = policy(retry_attempts=0, request_timeout_seconds=60)


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


def test_a_table_of_a_real_postgresql_that_somebody_locks_is_critical(crowded: Crowded) -> None:
    with crowded.somebody_locks("flow_run"):
        wait_until(lambda: bool(signs_of([crowded.log])), "the server's log tells of it")
        said = look_at(crowded.api_url, AT_ONCE, signs=signs_of([crowded.log])).said
    assert said == {
        Said("db-contention", "critical", "server", crowded.api_url),
        Said("pool-observation-failed", "warning", "server", crowded.api_url),
    }


def _signs_after_a_try(built: Estate, crowded: Crowded, deployment: str) -> list[Sign]:
    """Prefect's server waits one second at most, and who comes later than that has no deadlock with it."""
    run = built.overdue_run(deployment)
    crowded.deadlock(lambda: built.claim(run))
    return _deadlocks(crowded)


def _deadlocks(crowded: Crowded) -> list[Sign]:
    return [sign for sign in signs_of([crowded.database_log]) if sign.signature == "deadlock"]


def test_a_real_deadlock_with_the_server_is_a_warning_by_the_log_of_postgresql(crowded: Crowded) -> None:
    with Estate(crowded.api_url) as built:
        grind = built.deployment("grind", built.pool("mill"))
        wait_until(lambda: bool(_signs_after_a_try(built, crowded, grind)), "the two wait for each other", 90)
        built.raze()
    signs = _deadlocks(crowded)
    wait_until(lambda: look_at(crowded.api_url).said == set(), "the server has recovered")
    said = look_at(crowded.api_url, signs=tuple(signs)).said
    assert said == {Said("db-contention", "warning", "server", crowded.api_url)}


def test_once_that_table_is_free_the_api_tells_of_nothing(crowded: Crowded) -> None:
    with crowded.somebody_locks("flow_run"):
        assert not look_at(crowded.api_url, AT_ONCE).snapshot.is_complete
    wait_until(lambda: look_at(crowded.api_url).said == set(), "the server has recovered")
    assert look_at(crowded.api_url).snapshot.is_complete
