"""artificial-poll: somebody asked for runs, and it was no worker."""

from tests.estate import Estate, Said


def test_a_queue_that_is_polled_without_any_worker_only_looks_served(estate: Estate) -> None:
    estate.poll(estate.pool("mill"))
    assert estate.said() == {Said("artificial-poll", "info", "work-queue", "default")}


def test_it_hides_no_missing_worker(estate: Estate) -> None:
    estate.poll(estate.pool("mill"))
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
        Said("artificial-poll", "info", "work-queue", "default"),
    }


def test_a_poll_of_a_worker_that_died_afterwards_is_none(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.pool("press")
    estate.worker("press", every=1)
    estate.poll("press")
    estate.dead_worker("press", "ann")
    assert estate.said() == {Said("pool-no-workers", "info", "work-pool", "press")}
