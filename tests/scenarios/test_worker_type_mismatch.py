"""worker-type-mismatch: a live worker of another type than its pool."""

from tests.estate import Estate, Said


def test_a_live_worker_of_another_type_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker_event("mill", "ann", 600, worker_type="docker")
    estate.wait_for_worker_events("mill", 1)
    report = estate.look()
    assert report.said == {Said("worker-type-mismatch", "warning", "work-pool", "mill")}
    assert report.the("worker-type-mismatch").remedy[0].endswith("prefect worker start --pool mill --type process")


def test_one_that_is_gone_or_came_back_with_the_right_type_is_none(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker_event("mill", "ann", 600, worker_type="docker")
    estate.worker_event("mill", "ann", 300)
    estate.worker_event("mill", "gone", 600, worker_type="docker")
    estate.wait_for_worker_events("mill", 3)
    assert estate.said() == set()
