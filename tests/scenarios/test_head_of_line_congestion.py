"""head-of-line-congestion: runs that cannot start fill the page that a poll hands out."""

from tests.estate import Estate


def _full_deployment(estate: Estate, runs: int) -> str:
    """A full deployment with so many overdue runs, and another one behind it in the same queue."""
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.running_run(grind)
    estate.overdue_runs(grind, runs, minutes=8)
    return estate.overdue_run(estate.deployment("sift", "mill"), minutes=2)


def test_a_run_behind_200_that_cannot_start_is_a_warning(estate: Estate) -> None:
    behind = _full_deployment(estate, 200)
    estate.keep_noise_alive()
    congestion = estate.look().the("head-of-line-congestion")
    assert (congestion.severity, congestion.run_ids) == ("warning", (behind,))
    assert congestion.evidence["full_deployments"] == 1


def test_a_run_on_the_page_that_a_poll_hands_out_is_not_behind(estate: Estate) -> None:
    _full_deployment(estate, 100)
    estate.keep_noise_alive()
    assert "head-of-line-congestion" not in {said.code for said in estate.said()}
