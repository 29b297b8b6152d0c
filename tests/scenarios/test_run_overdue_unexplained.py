"""run-overdue-unexplained: nothing that Lifeguard knows holds the run back, and it says what was ruled out."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def test_an_overdue_run_without_any_known_cause_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=2)
    report = estate.look()
    assert report.said == {Said("run-overdue-unexplained", "warning", "work-pool", "mill", 1)}
    evidence = report.findings[0].evidence
    assert (evidence["workers_online"], evidence["polled_queues"], evidence["pool_slots"]) == (1, 1, "no limit")


def test_a_run_that_is_hardly_overdue_needs_no_explanation_yet(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.5)
    assert estate.said() == set()


def test_how_long_a_run_may_be_overdue_is_the_policys_to_say(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=2)
    assert estate.said(Policy(unexplained_after_seconds=600)) == set()


def test_a_run_that_was_put_off_is_not_overdue(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.postpone(estate.overdue_run(estate.deployment("grind", "mill")), minutes=5)
    assert estate.said() == set()


def test_a_retry_inside_its_own_process_is_no_workers_business(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.overdue_run(grind, empirical_policy={"retry_type": "in_process"})
    assert estate.said() == {Said("awaiting-retry-orphaned", "critical", "deployment", "flow/grind", 1)}


def test_lifeguards_own_runs_accuse_nobody(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("grind", "mill"), tags=["lifeguard"])
    assert estate.said() == set()
