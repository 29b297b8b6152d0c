"""infra-submit-failed: the infrastructure refuses runs, which crash before they start."""

from tests.estate import Estate, Said

REFUSED = "Failed to submit flow run to infrastructure: No such image: mill/grind:1"


def test_one_refused_run_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.crash(estate.pending_run(estate.deployment("grind", "mill")), REFUSED)
    report = estate.look()
    assert report.said == {Said("infra-submit-failed", "warning", "deployment", "flow/grind", 1)}
    assert report.findings[0].evidence["message"] == "No such image: mill/grind:1"


def test_three_refused_runs_in_a_row_are_critical(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    for _ in range(3):
        estate.crash(estate.pending_run(grind), REFUSED)
    assert estate.said() == {Said("infra-submit-failed", "critical", "deployment", "flow/grind", 3)}


def test_a_run_that_started_since_shows_that_it_was_mended(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.crash(estate.pending_run(grind), REFUSED)
    estate.running_run(grind, worker="ann")
    assert estate.said() == set()


def test_a_run_that_crashed_for_another_reason_was_not_refused(estate: Estate) -> None:
    estate.staffed_pool("mill")
    crashed = estate.pending_run(estate.deployment("grind", "mill"))
    estate.crash(crashed, "Flow run infrastructure exited with non-zero status code 137.")
    assert estate.said() == set()


def test_a_run_that_had_started_was_not_refused(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.crash(estate.running_run(estate.deployment("grind", "mill")), REFUSED)
    assert estate.said() == set()
