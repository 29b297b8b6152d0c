"""worker-lost: one worker of several died while it had runs; the pool as a whole looks well."""

from tests.estate import Estate, Said


def test_a_dead_worker_with_a_running_run_is_lost_while_another_lives(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.running_run(estate.deployment("grind", "mill"), worker="bob")
    estate.dead_worker("mill", "bob")
    report = estate.look()
    assert report.said == {Said("worker-lost", "warning", "worker", "bob", 1)}
    assert report.findings[0].pool_name == "mill"


def test_a_dead_worker_without_runs_is_not_missed(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.dead_worker("mill", "bob")
    assert estate.said() == set()


def test_the_only_worker_of_a_pool_is_not_one_of_several(estate: Estate) -> None:
    estate.pool("mill")
    estate.running_run(estate.deployment("grind", "mill"), worker="bob")
    estate.dead_worker("mill", "bob")
    assert estate.said() == {Said("pool-no-workers", "info", "work-pool", "mill")}
