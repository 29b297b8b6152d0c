"""worker-crash-http-500: a proxy feeds a real worker one HTTP 500, and only the file that it wrote says why it is gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lifeguard.commands.log_files import signs_of
from lifeguard.signatures.sign import Stamp
from tests.estate import Estate, Said, look_at, wait_until
from tests.proxy import Proxy, answering
from tests.signatures.real_worker import end_of_worker, signs_now

PREFECT_500 = answering(500, '{"exception_message":"Internal Server Error"}')


def test_the_log_of_a_worker_that_died_of_a_500_explains_why_nobody_works(estate: Estate, tmp_path: Path) -> None:
    estate.pool("mill")
    deployment = estate.deployment("grind", "mill")
    estate.overdue_run(deployment)
    with Proxy(estate.api_url) as proxy:
        proxy.fail(lambda method, path: method == "GET" and path.endswith(deployment), PREFECT_500)
        assert end_of_worker(proxy.api_url, "mill", tmp_path) == 1
    nobody = Said("pool-no-workers", "critical", "work-pool", "mill", 1)
    wait_until(lambda: estate.said() == {nobody}, "the worker's heartbeat is old")
    estate.keep_noise_alive()
    signs = signs_of([str(tmp_path / "worker.log")])
    report = estate.look(signs=signs)
    assert report.said == {
        Said("worker-crash-http-500", "critical", "work-pool", "mill", 1),
        Said("pool-no-workers", "info", "work-pool", "mill", 1, "worker-crash-http-500"),
    }
    assert report.findings[0].remedy[0].endswith(": prefect worker start --pool mill --with-healthcheck")
    assert (report.pool("mill").verdict, signs[0].signature) == ("down", "deployment-500")
    last_week = tuple(replace(sign, last=a_week_before(sign.last)) for sign in signs)
    assert estate.look(signs=last_week).said == {
        nobody,
        Said("worker-crash-http-500", "info", "server", estate.api_url),
    }


def a_week_before(stamp: Stamp | None) -> Stamp:
    assert stamp and stamp.at
    return replace(stamp, at=stamp.at - timedelta(days=7))


def test_a_log_of_a_worker_whose_pool_is_well_again_accuses_nobody_of_an_outage(estate: Estate) -> None:
    estate.staffed_pool("mill")
    said = estate.look(signs=signs_now("worker-500-391")).said
    assert said == {Said("worker-crash-http-500", "warning", "server", estate.api_url)}


def test_several_500_of_the_server_to_ourselves_are_a_warning(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(lambda _, path: path.endswith("workers/filter"), PREFECT_500)
        for name in ("mill", "forge", "kiln"):
            estate.pool(name)
        said = look_at(proxy.api_url).said
    assert Said("worker-crash-http-500", "warning", "server", proxy.api_url) in said


def test_one_500_says_nothing_of_workers(estate: Estate) -> None:
    estate.pool("mill")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(lambda _, path: path.endswith("workers/filter"), PREFECT_500, times=1)
        said = look_at(proxy.api_url).said
    assert {each.code for each in said} == {"pool-observation-failed"}
