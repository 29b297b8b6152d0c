"""queue-not-polled: the pool is staffed and polled, but this queue of it is not."""

from tests.estate import Estate, Said


def test_a_queue_that_nobody_ever_polled_is_critical_once_a_run_is_overdue(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    report = estate.look()
    assert report.said == {Said("queue-not-polled", "critical", "work-queue", "hot", 1)}
    assert report.findings[0].evidence["polled_queues"] == "default"


def test_a_queue_that_is_polled_no_longer_is_found_by_its_last_poll(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.last_polled("mill", "hot", seconds_ago=120)
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {Said("queue-not-polled", "critical", "work-queue", "hot", 1)}


def test_a_run_that_is_expected_soon_makes_it_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.future_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {Said("queue-not-polled", "warning", "work-queue", "hot", 1)}


def test_a_queue_without_work_need_not_be_polled(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    assert estate.said() == set()


def test_a_queue_whose_runs_still_start_is_polled_whatever_its_column_says(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    grind = estate.deployment("grind", "mill", "hot")
    estate.last_polled("mill", "hot", seconds_ago=120)
    estate.running_run(grind)
    estate.overdue_run(grind, minutes=0.5)
    assert estate.said() == {Said("queue-readiness-stale", "info", "work-queue", "hot")}


def test_a_run_that_a_person_cancelled_is_no_sign_of_a_poll(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    grind = estate.deployment("grind", "mill", "hot")
    estate.last_polled("mill", "hot", seconds_ago=120)
    estate.cancel(estate.overdue_run(grind))
    estate.overdue_run(grind)
    assert estate.said() == {Said("queue-not-polled", "critical", "work-queue", "hot", 1)}


def test_without_any_worker_it_is_the_pool_that_lacks_one(estate: Estate) -> None:
    estate.pool("mill")
    estate.queue("mill", "hot")
    estate.poll("mill", "default")
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
        Said("artificial-poll", "info", "work-queue", "default"),
    }
