"""k8s-unschedulable: the observer said that no node takes the pod of a run, and the run still waits."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

NO_ROOM = (
    "Pod is unschedulable: Kubernetes cannot find a suitable node to run this pod. 0/1 nodes are available: "
    "1 Insufficient cpu. Resolution: Check that the cluster has nodes with sufficient resources."
)
IMPATIENT = Policy(pending_stuck_after_seconds=0, infrastructure_stuck_after_seconds=1, request_timeout_seconds=60)


def waiting_run(estate: Estate) -> str:
    estate.staffed_pool("mill", "kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"))
    estate.infrastructure_pending(run)
    return run


def test_a_pod_that_no_node_takes_is_a_note_at_first_and_critical_when_no_node_comes(estate: Estate) -> None:
    run = waiting_run(estate)
    estate.pod_event(run, diagnosis="Unschedulable.InsufficientResources", seconds_ago=3600)
    estate.observe(run, NO_ROOM)
    estate.wait_for_pod_events(run)
    assert estate.said() == {Said("k8s-unschedulable", "info", "deployment", "flow/grind", 1)}
    estate.wait_since_state(run, 2)
    report = estate.look(IMPATIENT)
    assert report.said == {Said("k8s-unschedulable", "critical", "deployment", "flow/grind", 1)}
    assert report.findings[0].evidence["kubernetes_says"] == "0/1 nodes are available: 1 Insufficient cpu."
    assert "no node takes the pod: 0/1 nodes are available: 1 Insufficient cpu" in report.findings[0].title


def test_a_pod_that_got_its_node_is_not_accused(estate: Estate) -> None:
    run = waiting_run(estate)
    estate.pod_event(run, diagnosis="Unschedulable")
    estate.observe(run, NO_ROOM)
    estate.pod_event(run, "running")
    estate.wait_for_pod_events(run, 2)
    assert estate.said() == set()
