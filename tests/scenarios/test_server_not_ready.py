"""server-not-ready: the API answers and its database does not, which says nothing about any pool."""

from tests.estate import Estate, Said, look_at
from tests.proxy import Proxy, ending, unavailable


def test_a_server_whose_database_is_away_is_critical_and_accuses_no_pool(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/ready"), unavailable())
        report = look_at(proxy.api_url)
    assert report.said == {Said("server-not-ready", "critical", "server", proxy.api_url)}
    assert (report.pools, report.snapshot.api_calls) == ((), 1)


def test_a_server_that_refuses_one_question_for_a_moment_is_ready(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), unavailable(retry_after=0), times=1)
        report = look_at(proxy.api_url)
    assert (report.said, report.snapshot.is_complete) == (set(), True)
