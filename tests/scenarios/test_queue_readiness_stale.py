"""queue-readiness-stale: runs start, and the poll that handed them out was noted by nobody."""

from tests.estate import Estate, Said


def test_a_queue_that_hands_out_runs_is_served_whatever_its_last_poll_says(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.last_polled("mill", "hot", seconds_ago=120)
    estate.running_run(estate.deployment("grind", "mill", "hot"), worker="ann")
    report = estate.look()
    assert report.said == {Said("queue-readiness-stale", "info", "work-queue", "hot")}
    assert report.findings[0].evidence["status"] == "NOT_READY"


def test_a_run_of_a_polled_queue_says_nothing_of_a_silent_sibling(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.last_polled("mill", "hot", seconds_ago=120)
    estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    assert estate.said() == set()
