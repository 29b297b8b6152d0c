"""k8s-image-pull-backoff: the observer said that the image of a run cannot be pulled, and it goes on."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said
from tests.pods.recording import lines_of

IMPATIENT = Policy(unexplained_after_seconds=0, pending_stuck_after_seconds=1, request_timeout_seconds=60)


def test_an_image_that_cannot_be_pulled_is_critical_when_it_lasts(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.infrastructure_pending(run)
    estate.pod_event(run, diagnosis="Unschedulable")
    estate.pod_event(run, diagnosis="ImagePullError")
    for line in lines_of("run-badimage"):
        estate.observe(run, line)
    estate.wait_for_pod_events(run, 2)
    assert estate.said() == {Said("k8s-image-pull-backoff", "info", "deployment", "flow/grind", 1)}
    estate.wait_since_state(run, 3)
    report = estate.look(IMPATIENT)
    assert report.said == {Said("k8s-image-pull-backoff", "critical", "deployment", "flow/grind", 1)}
    assert "the image 'registry.invalid/acme/etl:1.2.3' cannot be pulled" in report.findings[0].title


def test_an_image_that_came_in_the_end_is_not_accused(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.pod_event(run, diagnosis="ImagePullError")
    estate.pod_event(run, "running")
    estate.wait_for_pod_events(run, 2)
    assert estate.said() == set()
