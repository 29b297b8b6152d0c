"""k8s-oom-evicted-crashloop: the container of a run died, and the reason in the observer's event says of what."""

from tests.estate import Estate, Said

DIED = "No active or succeeded pods found for any job"
SAYS = {
    "OOMKilled": "the container was killed since it used more memory than its limit (OOMKilled)",
    "Error": "the container ended by itself (Error)",
    "Evicted": "the pod was evicted from its node (Evicted)",
}


def test_a_container_that_died_is_told_with_what_it_died_of(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    runs = {reason: estate.submitted_run(estate.deployment(reason, "mill")) for reason in SAYS}
    for reason, run in runs.items():
        estate.pod_event(run, "evicted", reason=reason)
        estate.crash(run, DIED)
    for run in runs.values():
        estate.wait_for_pod_events(run)
    report = estate.look()
    assert report.said == {
        Said("k8s-oom-evicted-crashloop", "warning", "deployment", f"flow/{reason}", 1) for reason in SAYS
    }
    assert {
        each.resource.name.removeprefix("flow/"): each.title.partition("UTC: ")[2] for each in report.findings
    } == SAYS


def test_a_run_that_was_killed_in_the_middle_is_told_too(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.start(run)
    estate.pod_event(run, "running")
    estate.pod_event(run, "evicted", reason="OOMKilled", diagnosis="OOMKilled")
    estate.crash(run, DIED)
    estate.wait_for_pod_events(run, 2)
    assert estate.said() == {Said("k8s-oom-evicted-crashloop", "warning", "deployment", "flow/grind", 1)}


def test_a_run_that_crashed_without_a_word_of_its_container_is_not_accused(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.pod_event(run)
    estate.crash(run, "Kubernetes job was deleted")
    estate.wait_for_pod_events(run)
    assert estate.said() == set()
