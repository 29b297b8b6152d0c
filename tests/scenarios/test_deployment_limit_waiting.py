"""deployment-limit-waiting: the server itself refuses runs a slot of their deployment, and never calls them Late."""

from tests.estate import Estate, Said


def test_a_refused_run_is_information_while_the_wait_is_short(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    holder = estate.running_run(grind, worker="ann", name="the-slow-one")
    assert estate.try_to_claim(estate.overdue_run(grind, minutes=2)) == "AwaitingConcurrencySlot"
    report = estate.look()
    assert report.said == {Said("deployment-limit-waiting", "info", "deployment", "flow/grind", 1)}
    assert f"the-slow-one ({holder}) Running for " in str(report.findings[0].evidence["holder_1"])


def test_a_refused_run_is_a_warning_once_it_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.running_run(grind, worker="ann")
    estate.try_to_claim(estate.overdue_run(grind, minutes=6))
    assert estate.said() == {Said("deployment-limit-waiting", "warning", "deployment", "flow/grind", 1)}


def test_another_deployment_of_the_pool_does_not_wait(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.running_run(grind, worker="ann")
    estate.overdue_run(estate.deployment("sift", "mill", limit=1), minutes=0.5)
    assert estate.said() == set()


def test_a_refused_run_that_nobody_asks_for_lacks_a_worker_and_not_a_slot(estate: Estate) -> None:
    estate.pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.running_run(grind)
    estate.postpone(estate.overdue_run(grind), minutes=-2, name="AwaitingConcurrencySlot")
    assert estate.said() == {Said("pool-no-workers", "critical", "work-pool", "mill", 1)}


def test_a_run_whose_slot_has_just_come_free_is_about_to_start(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    holder = estate.running_run(grind)
    estate.try_to_claim(estate.overdue_run(grind, minutes=2))
    estate.complete(holder)
    assert estate.said() == set()
