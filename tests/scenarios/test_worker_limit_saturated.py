"""worker-limit-saturated: what remains when every worker is busy and no limit of the server is in the way."""

from tests.estate import Estate, Said


def test_due_work_behind_busy_workers_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=6)
    report = estate.look()
    assert report.said == {Said("worker-limit-saturated", "warning", "work-pool", "mill", 1)}
    assert report.findings[0].evidence["workers_online"] == 1


def test_a_burst_that_is_over_soon_is_information(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("worker-limit-saturated", "info", "work-pool", "mill", 1)}


def test_work_that_is_hardly_overdue_is_not_held_back(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=0.5)
    assert estate.said() == set()


def test_a_kubernetes_worker_is_never_busy(estate: Estate) -> None:
    estate.staffed_pool("mill", type="kubernetes")
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("run-overdue-unexplained", "info", "work-pool", "mill", 1)}


def test_an_idle_worker_beside_a_busy_one_could_take_the_run(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker("mill", "bob")
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("run-overdue-unexplained", "info", "work-pool", "mill", 1)}


def test_a_full_pool_explains_the_wait_better_than_busy_workers(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("pool-limit-saturated", "info", "work-pool", "mill", 1)}
