"""stuck-pending-orphan: a run was claimed and nobody starts it, while it keeps its slots."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

IMPATIENT = Policy(pending_stuck_after_seconds=1)


def test_a_run_that_was_claimed_and_never_started_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.pending_run(estate.deployment("grind", "mill"))
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == {Said("stuck-pending-orphan", "warning", "work-pool", "mill", 1)}


def test_it_is_critical_when_it_keeps_another_run_from_starting(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    stuck = estate.pending_run(grind)
    waiting = estate.overdue_run(grind)
    estate.wait_since_state(stuck, 1)
    report = estate.look(IMPATIENT)
    assert report.said == {
        Said("stuck-pending-orphan", "critical", "work-pool", "mill", 2),
        Said("pool-limit-saturated", "info", "work-pool", "mill", 1, "stuck-pending-orphan"),
    }
    assert report.findings[0].run_ids == (stuck, waiting)


def test_it_is_critical_when_it_fills_the_limit_of_its_deployment(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    stuck = estate.pending_run(grind)
    estate.try_to_claim(estate.overdue_run(grind, minutes=2))
    estate.wait_since_state(stuck, 1)
    assert estate.said(IMPATIENT) == {
        Said("stuck-pending-orphan", "critical", "work-pool", "mill", 2),
        Said("deployment-limit-waiting", "info", "deployment", "flow/grind", 1, "stuck-pending-orphan"),
    }


def test_a_run_that_was_claimed_just_now_is_not_stuck(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.pending_run(estate.deployment("grind", "mill"))
    assert estate.said() == set()


def test_a_pending_run_that_still_logs_is_not_stuck(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.pending_run(estate.deployment("grind", "mill"))
    estate.wait_since_state(run, 3)
    estate.log(run, "Pulling the image", seconds_ago=-60)
    assert estate.said(Policy(pending_stuck_after_seconds=3)) == set()


def test_a_slow_pod_is_not_stuck_before_its_own_patience_ends(estate: Estate) -> None:
    estate.staffed_pool("mill", type="kubernetes")
    run = estate.pending_run(estate.deployment("grind", "mill"))
    estate.infrastructure_pending(run)
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == set()


def test_a_run_that_was_claimed_before_it_is_due_is_not_stuck(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.claim(estate.future_run(estate.deployment("grind", "mill"), minutes=1))
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == set()


def test_the_process_that_runs_a_run_is_not_missing(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == set()
