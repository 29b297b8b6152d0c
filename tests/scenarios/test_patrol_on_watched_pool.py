"""patrol-on-watched-pool: the only patrol would die with the workers of the pool that it runs on."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

OURS = ["lifeguard"]
ALONE = Said("patrol-on-watched-pool", "info", "deployment", "patrol/patrol")


def test_the_only_patrol_on_a_pool_that_needs_workers_is_noted(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.future_run(estate.deployment("patrol", "mill", flow="patrol"), minutes=1, tags=OURS)
    report = estate.look()
    assert report.said == {ALONE}
    assert report.findings[0].evidence["workers_online"] == 1


def test_two_patrols_on_one_pool_die_together(estate: Estate) -> None:
    estate.staffed_pool("mill")
    for name in ("patrol", "patrol-too"):
        estate.future_run(estate.deployment(name, "mill", flow="patrol"), minutes=1, tags=OURS)
    assert estate.said() == {ALONE}


def test_a_second_patrol_elsewhere_watches_too(estate: Estate) -> None:
    estate.staffed_pool("mill")
    for name, pool in (("patrol", "mill"), ("served", None)):
        estate.future_run(estate.deployment(name, pool, flow="patrol"), minutes=1, tags=OURS)
    assert estate.said() == set()


def test_a_served_patrol_needs_no_worker(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.future_run(estate.deployment("patrol", flow="patrol"), minutes=1, tags=OURS)
    assert estate.said() == set()


def test_a_pool_that_is_not_watched_is_not_its_own_witness(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.future_run(estate.deployment("patrol", "mill", flow="patrol"), minutes=1, tags=OURS)
    assert estate.said(Policy(ignore_pools=("mill",))) == set()


def test_a_deployment_that_nothing_schedules_watches_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.deployment("patrol", "mill", flow="patrol")
    assert estate.said() == set()
