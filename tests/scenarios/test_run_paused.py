"""run-paused: a run waits for a person, and its process waits with it."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said
from tests.why.asking import holding, why


def _paused(estate: Estate) -> str:
    estate.staffed_pool("mill")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.pause(run)
    return run


def test_a_paused_run_is_information(estate: Estate) -> None:
    run = _paused(estate)
    report = estate.look()
    assert report.said == {Said("run-paused", "info", "deployment", "flow/grind", 1)}
    assert "; else it ends as Failed at " in report.findings[0].title
    assert (
        report.findings[0].remedy[-1] == f"Press Resume in the Prefect UI, or: prefect api POST /flow_runs/{run}/resume"
    )
    assert holding(why(estate, run)) == ["run-paused"]


def test_a_paused_run_without_a_process_is_a_warning(estate: Estate) -> None:
    run = _paused(estate)
    estate.fall_silent(run, 2)
    estate.keep_noise_alive()
    assert estate.said(Policy(heartbeat_silent_after_seconds=1.5)) == {
        Said("run-paused", "warning", "deployment", "flow/grind", 1)
    }


def test_a_run_that_was_resumed_is_paused_no_longer(estate: Estate) -> None:
    run = _paused(estate)
    estate.resume(run)
    assert estate.said() == set()
