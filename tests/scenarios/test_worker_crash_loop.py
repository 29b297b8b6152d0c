"""worker-crash-loop: workers that start and die again and again, and those that only come and go."""

from tests.estate import Estate, Said

LOOP = Said("worker-crash-loop", "warning", "work-pool", "mill")


def _starts(estate: Estate, *seconds_ago: float, name: str = "ann") -> None:
    for each in seconds_ago:
        estate.worker_event("mill", name, each)


def test_a_named_worker_that_was_killed_three_times_is_in_a_crash_loop(estate: Estate) -> None:
    estate.staffed_pool("mill")
    _starts(estate, 400, 300, 200, 30)
    estate.wait_for_worker_events("mill", 4)
    report = estate.look()
    assert report.said == {LOOP}
    assert "Workers of pool 'mill' started and died 3 times" in report.the("worker-crash-loop").title


def test_unnamed_workers_that_died_one_after_the_other_are_too_and_it_explains_why_work_waits(estate: Estate) -> None:
    estate.pool("mill")
    for number in (1, 2, 3):
        _starts(estate, 100 - 20 * number, name=f"ProcessWorker {number}")
        estate.dead_worker("mill", f"ProcessWorker {number}")
    estate.overdue_run(estate.deployment("grind", "mill"))
    estate.wait_for_worker_events("mill", 3)
    assert estate.said() == {
        LOOP._replace(severity="critical", runs=1),
        Said("pool-no-workers", "info", "work-pool", "mill", 1, "worker-crash-loop"),
    }


def test_workers_that_an_exception_ends_beside_due_work_are_in_a_crash_loop_too(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    for seconds_ago in (400, 300, 200):
        _starts(estate, seconds_ago)
        estate.worker_event("mill", "ann", seconds_ago - 3, ended=True)
    estate.wait_for_worker_events("mill", 6)
    assert estate.look().the("worker-crash-loop").run_ids == (run,)


def test_workers_that_run_once_or_are_deployed_anew_or_scaled_up_are_not(estate: Estate) -> None:
    estate.staffed_pool("mill")
    for seconds_ago in (700, 600, 500, 400):
        _starts(estate, seconds_ago, name="once")
        estate.worker_event("mill", "once", seconds_ago - 5, ended=True)
    for name in ("new-1", "new-2", "new-3"):
        estate.worker("mill", name)
        _starts(estate, 20, name=name)
    _starts(estate, 22, 21, 20, name="shared")
    estate.wait_for_worker_events("mill", 14)
    assert estate.said() == set()
