"""worker-queue-missing: a live worker that polls none of its pool's queues. It needs half a minute to be told for sure."""

from tests.estate import Estate, Said, wait_until

SURE_AFTER_SECONDS = 31.0


def test_a_worker_that_polls_no_queue_of_its_pool_is_critical_with_due_work(estate: Estate) -> None:
    estate.pool("mill")
    estate.worker("mill")
    estate.overdue_run(estate.deployment("grind", "mill"))
    wait_until(lambda: estate.seconds_since_first_heartbeat("mill") > SURE_AFTER_SECONDS, "it had time to poll", 45)
    estate.staffed_pool("forge")
    estate.overdue_run(estate.deployment("weld", "forge"), minutes=0.5)
    estate.keep_noise_alive()
    report = estate.look()
    assert report.said == {Said("worker-queue-missing", "critical", "work-pool", "mill", 1)}
    assert report.findings[0].evidence["queues"] == "default"


def test_a_worker_that_has_just_started_has_yet_to_poll(estate: Estate) -> None:
    estate.pool("mill")
    estate.worker("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.5)
    assert estate.said() == set()


def test_a_worker_that_polls_one_queue_of_two_exists_for_that_one(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {Said("queue-not-polled", "critical", "work-queue", "hot", 1)}
