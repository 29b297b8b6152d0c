"""pool-observation-failed: what could not be looked at is unknown, which is not the same as broken."""

from tests.estate import Estate, Said, look_at
from tests.proxy import Proxy, answering, ending, exactly


def test_a_pool_whose_workers_cannot_be_read_is_unknown_and_not_without_workers(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    with Proxy(estate.api_url) as proxy:
        proxy.fail(exactly("work_pools/mill/workers/filter"), answering(500))
        report = look_at(proxy.api_url)
    assert report.said == {Said("pool-observation-failed", "warning", "work-pool", "mill")}
    assert (report.pool("mill").verdict, report.pool("mill").workers_online) == ("unknown", None)


def test_the_other_pools_are_judged_all_the_same(estate: Estate) -> None:
    estate.pool("mill")
    estate.pool("forge")
    estate.overdue_run(estate.deployment("weld", "forge"))
    with Proxy(estate.api_url) as proxy:
        proxy.fail(exactly("work_pools/mill/workers/filter"), answering(500))
        said = look_at(proxy.api_url).said
    assert said == {
        Said("pool-observation-failed", "warning", "work-pool", "mill"),
        Said("pool-no-workers", "critical", "work-pool", "forge", 1),
    }


def test_runs_that_cannot_be_read_concern_the_server_and_all_its_pools(estate: Estate) -> None:
    estate.staffed_pool("mill")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("flow_runs/filter"), answering(500))
        report = look_at(proxy.api_url)
    assert report.said == {Said("pool-observation-failed", "warning", "server", proxy.api_url)}
    assert (report.pool("mill").verdict, report.pool("mill").overdue) == ("unknown", None)


def test_names_of_holders_that_cannot_be_read_cost_no_verdict(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("concurrency_status"), answering(500))
        report = look_at(proxy.api_url)
    assert report.said == {Said("pool-limit-saturated", "info", "work-pool", "mill", 1)}
    assert report.snapshot.is_complete


def test_a_pool_that_can_be_read_is_not_unknown(estate: Estate) -> None:
    estate.staffed_pool("mill")
    report = estate.look()
    assert (report.said, report.pool("mill").verdict) == (set(), "healthy")
