"""late-backlog-drain: what piled up is worked off, and how fast."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

SMALL = Policy(backlog_runs=3)


def _backlog(estate: Estate, waiting: int, begun: int) -> None:
    """A pool with an idle worker, runs that are overdue for ten minutes, and some of them that began just now."""
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    for _ in range(begun):
        estate.complete(estate.start(estate.pending_run(grind)))
    for _ in range(waiting):
        estate.overdue_run(grind)


def test_a_backlog_that_shrinks_is_information_with_its_end(estate: Estate) -> None:
    _backlog(estate, waiting=3, begun=2)
    report = estate.look(SMALL)
    assert report.said == {Said("late-backlog-drain", "info", "work-pool", "mill", 3)}
    assert "2 fewer than 5 min ago, so gone in about 7 min 30 s" in report.findings[0].title


def test_a_backlog_of_which_nothing_begins_is_not_worked_off(estate: Estate) -> None:
    _backlog(estate, waiting=3, begun=0)
    assert estate.said(SMALL) == {Said("run-overdue-unexplained", "warning", "work-pool", "mill", 3)}
