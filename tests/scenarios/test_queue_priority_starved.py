"""queue-priority-starved: one queue gets every slot, and the one behind it nothing."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

IMPATIENT = Policy(wait_warning_after_seconds=60)


def _two_queues(estate: Estate) -> tuple[str, str]:
    """The deployments of a queue that comes first and of one that comes after it, in a pool with one slot."""
    estate.pool("mill", limit=1)
    estate.queue("mill", "low")
    estate.worker("mill")
    estate.poll("mill")
    return estate.deployment("first", "mill"), estate.deployment("last", "mill", "low")


def test_a_queue_that_gets_nothing_while_another_is_served_is_named_beside_the_full_pool(estate: Estate) -> None:
    first, last = _two_queues(estate)
    starved = estate.overdue_run(last)
    estate.running_run(first, worker="ann")
    estate.overdue_run(first, minutes=1)
    report = estate.look(IMPATIENT)
    assert report.said == {
        Said("pool-limit-saturated", "warning", "work-pool", "mill", 2),
        Said("queue-priority-starved", "info", "work-queue", "low", 1, "pool-limit-saturated"),
    }
    assert report.the("queue-priority-starved").run_ids == (starved,)


def test_a_queue_whose_own_run_holds_the_slot_is_not_starved(estate: Estate) -> None:
    first, last = _two_queues(estate)
    estate.overdue_run(last)
    estate.running_run(last, worker="ann")
    estate.overdue_run(first, minutes=1)
    assert estate.said(IMPATIENT) == {Said("pool-limit-saturated", "warning", "work-pool", "mill", 2)}
