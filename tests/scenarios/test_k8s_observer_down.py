"""k8s-observer-down: several runs run in Kubernetes, and not a word was heard of any of their pods."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

IMPATIENT = Policy(pending_stuck_after_seconds=1, request_timeout_seconds=60)


def running_runs(estate: Estate) -> list[str]:
    estate.staffed_pool("mill", "kubernetes")
    grind = estate.deployment("grind", "mill")
    runs = [estate.start(estate.submitted_run(grind, f"mills:grind-{number}")) for number in range(3)]
    estate.wait_since_state(runs[-1], 1)
    return runs


def test_runs_whose_pods_nobody_ever_mentioned_are_a_warning_about_their_pool(estate: Estate) -> None:
    running_runs(estate)
    report = estate.look(IMPATIENT)
    assert report.said == {Said("k8s-observer-down", "warning", "work-pool", "mill")}
    assert report.findings[0].evidence["of_them_running"] == 3


def test_one_event_of_one_pod_shows_that_somebody_observes(estate: Estate) -> None:
    runs = running_runs(estate)
    estate.pod_event(runs[0], "running")
    estate.wait_for_pod_events(runs[0])
    assert estate.said(IMPATIENT) == set()


def test_runs_that_were_submitted_just_now_prove_nothing(estate: Estate) -> None:
    running_runs(estate)
    assert estate.said() == set()
