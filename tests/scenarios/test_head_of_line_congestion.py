"""head-of-line-congestion: runs that cannot start fill the page that a poll hands out."""

from tests.estate import Estate, Said


def _full_deployment(estate: Estate, runs: int) -> str:
    """A full deployment with so many overdue runs, and another one behind it in the same queue."""
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.running_run(grind, worker="ann")
    estate.overdue_runs(grind, runs, minutes=8)
    return estate.overdue_run(estate.deployment("sift", "mill"), minutes=2)


def test_a_run_behind_200_that_cannot_start_is_a_warning(estate: Estate) -> None:
    behind = _full_deployment(estate, 200)
    estate.keep_noise_alive()
    report = estate.look()
    congestion = report.the("head-of-line-congestion")
    assert (congestion.severity, congestion.run_ids) == ("warning", (behind,))
    assert report.said - {Said("head-of-line-congestion", "warning", "work-pool", "mill", 1)} == {
        Said("run-overdue-unexplained", "info", "work-pool", "mill", 200)
    }
