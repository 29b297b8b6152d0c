"""awaiting-retry-orphaned: a run waits for a process that is gone, and no worker is given it."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def _retrying(estate: Estate, minutes: float, in_process: bool = True) -> str:
    estate.staffed_pool("mill")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.await_retry(run, minutes, in_process)
    return run


def test_a_retry_whose_process_is_silent_is_critical(estate: Estate) -> None:
    run = _retrying(estate, minutes=-2)
    estate.fall_silent(run, 1)
    estate.keep_noise_alive()
    report = estate.look(Policy(heartbeat_silent_after_seconds=1))
    assert report.said == {Said("awaiting-retry-orphaned", "critical", "deployment", "flow/grind", 1)}
    assert report.findings[0].run_ids == (run,)


def test_what_its_remedy_says_gives_the_run_to_a_worker(estate: Estate) -> None:
    run = _retrying(estate, minutes=-2)
    estate.cancel(run)
    estate.set_scheduled(run)
    assert run in estate.handed_out("mill")


def test_a_retry_whose_process_is_heard_is_left_to_it(estate: Estate) -> None:
    run = _retrying(estate, minutes=-2)
    estate.fall_silent(run, 0)
    assert estate.said() == set()


def test_a_retry_that_is_not_due_yet_is_left_to_its_process(estate: Estate) -> None:
    _retrying(estate, minutes=5)
    assert estate.said() == set()


def test_a_retry_that_any_worker_may_begin_is_no_orphan(estate: Estate) -> None:
    _retrying(estate, minutes=-2, in_process=False)
    assert "awaiting-retry-orphaned" not in {said.code for said in estate.said()}
