"""queue-limit-saturated: all slots of one queue are taken, however empty its pool is."""

from tests.estate import Estate, Said


def test_a_full_queue_is_a_warning_once_a_run_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=9)
    estate.queue("mill", "hot", limit=1)
    estate.poll("mill")
    grind = estate.deployment("grind", "mill", "hot")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=6)
    assert estate.said() == {Said("queue-limit-saturated", "warning", "work-queue", "hot", 1)}


def test_a_full_queue_is_information_while_the_wait_is_short(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot", limit=1)
    estate.poll("mill")
    grind = estate.deployment("grind", "mill", "hot")
    holder = estate.running_run(grind, name="the-slow-one")
    estate.overdue_run(grind, minutes=2)
    report = estate.look()
    assert report.said == {Said("queue-limit-saturated", "info", "work-queue", "hot", 1)}
    assert f"the-slow-one ({holder}) Running for " in str(report.findings[0].evidence["holder_1"])


def test_a_run_in_another_queue_takes_no_slot_of_this_one(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot", limit=1)
    estate.poll("mill")
    estate.running_run(estate.deployment("sift", "mill"))
    estate.overdue_run(estate.deployment("grind", "mill", "hot"), minutes=0.5)
    assert estate.said() == set()


def test_a_full_queue_that_nobody_waits_for_is_not_mentioned(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot", limit=1)
    estate.running_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == set()
