"""pool-no-workers: due work and nobody to take it up, told from pools that need nobody now, or never."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said, wait_until


def test_a_pool_that_never_had_a_worker_is_critical_once_a_run_is_overdue(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("pool-no-workers", "critical", "work-pool", "mill", 1)}


def test_a_worker_whose_heartbeat_is_old_is_no_worker(estate: Estate) -> None:
    estate.pool("mill")
    estate.poll("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))

    def is_told_of_a_ready_pool() -> bool:
        estate.dead_worker("mill", "bob")
        report = estate.look()
        assert report.said == {Said("pool-no-workers", "critical", "work-pool", "mill", 1)}
        assert report.findings[0].evidence["last_worker"] == "bob"
        return report.pool("mill").status == "READY"

    wait_until(is_told_of_a_ready_pool, "it was looked at before the Foreman, which comes each 15 s, had seen it")


def test_a_run_that_is_expected_soon_makes_it_a_warning(estate: Estate) -> None:
    estate.pool("mill")
    estate.future_run(estate.deployment("grind", "mill"), minutes=10)
    assert estate.said() == {Said("pool-no-workers", "warning", "work-pool", "mill", 1)}


def test_a_run_beyond_the_look_ahead_is_no_demand_yet(estate: Estate) -> None:
    estate.pool("mill")
    estate.future_run(estate.deployment("grind", "mill"), minutes=20)
    assert estate.said() == set()


def test_a_pool_that_lost_its_worker_and_has_no_work_is_only_a_note(estate: Estate) -> None:
    estate.pool("mill")
    estate.dead_worker("mill")
    assert estate.said() == {Said("pool-no-workers", "info", "work-pool", "mill")}


def test_a_pool_that_was_never_used_is_not_mentioned(estate: Estate) -> None:
    estate.pool("mill")
    assert estate.said() == set()


def test_one_fresh_worker_beside_many_dead_ones_is_enough(estate: Estate) -> None:
    estate.pool("mill")
    estate.dead_worker("mill", "bob")
    estate.worker("mill", "ann")
    estate.poll("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.5)
    assert estate.said() == set()


def test_a_pool_that_the_policy_ignores_is_not_mentioned(estate: Estate) -> None:
    estate.pool("sandbox-1")
    estate.overdue_run(estate.deployment("grind", "sandbox-1"))
    assert estate.said(Policy(ignore_pools=("sandbox-*",))) == set()
