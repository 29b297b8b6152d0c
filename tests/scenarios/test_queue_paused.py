"""queue-paused: only the runs of that queue wait, whatever the status of the queue says."""

from tests.estate import Estate, Said


def test_a_paused_queue_holds_back_its_own_runs_only(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "night", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill", "night"))
    estate.overdue_run(estate.deployment("sift", "mill"), minutes=0.5)
    assert estate.said() == {Said("queue-paused", "warning", "work-queue", "night", 1)}


def test_a_paused_queue_is_critical_once_a_run_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "night", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill", "night"), minutes=61)
    assert estate.said() == {Said("queue-paused", "critical", "work-queue", "night", 1)}


def test_a_paused_queue_that_is_still_polled_is_paused(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "night", paused=True)
    estate.poll("mill")
    estate.overdue_run(estate.deployment("grind", "mill", "night"))
    assert estate.said() == {Said("queue-paused", "warning", "work-queue", "night", 1)}


def test_a_paused_queue_without_work_is_only_a_note(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "night", paused=True)
    assert estate.said() == {Said("queue-paused", "info", "work-queue", "night")}


def test_nobody_has_to_work_on_a_pool_whose_only_demand_is_in_a_paused_queue(estate: Estate) -> None:
    estate.pool("mill")
    estate.queue("mill", "night", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill", "night"))
    assert estate.said() == {Said("queue-paused", "warning", "work-queue", "night", 1)}


def test_an_open_queue_beside_a_paused_one_is_silent(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "night")
    estate.poll("mill")
    estate.overdue_run(estate.deployment("grind", "mill", "night"), minutes=0.5)
    assert estate.said() == set()
