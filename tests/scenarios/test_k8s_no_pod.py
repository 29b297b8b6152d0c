"""k8s-no-pod: the Job of a run exists, and nothing was heard of a pod. The observer's silence is all that Prefect knows."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

IMPATIENT = Policy(unexplained_after_seconds=1, request_timeout_seconds=60)


def test_a_job_of_which_no_pod_is_heard_is_a_warning_with_the_command_that_tells_why(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"), "team-b:grind-x7k2p")
    estate.wait_since_state(run, 1)
    report = estate.look(IMPATIENT)
    assert report.said == {Said("k8s-no-pod", "warning", "deployment", "flow/grind", 1)}
    assert report.findings[0].remedy[0].endswith(": kubectl describe job --namespace team-b grind-x7k2p")


def test_a_pod_that_was_heard_of_is_there(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.pod_event(run, seconds_ago=600)
    estate.wait_for_pod_events(run)
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == set()


def test_a_run_without_a_job_waits_for_its_worker(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.pending_run(estate.deployment("grind", "mill"))
    estate.wait_since_state(run, 1)
    assert estate.said(IMPATIENT) == set()
