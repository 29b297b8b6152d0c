"""k8s-node-lost: the node under a running run's pod no longer answers. None was recorded: the node's state is by hand."""

from tests.cluster.objects import Row, infrastructure_id
from tests.cluster.server import ClusterServer
from tests.estate import Estate, Said

STOPPED = "Kubelet stopped posting node status."


def runs(estate: Estate, cluster: ClusterServer, on: str = "node-1") -> str:
    """A run that has begun, in a pod that runs on a node."""
    estate.staffed_pool("mill", type="kubernetes")
    run = estate.start(estate.submitted_run(estate.deployment("grind", "mill"), infrastructure_id("run-ok")))
    cluster.hand_over({"run-ok": run})
    pod = next(row for row in cluster.objects["pods"] if row["metadata"]["name"].startswith("run-ok"))
    status: Row = {**pod["status"], "phase": "Running", "containerStatuses": list[Row]()}
    cluster.objects["pods"] = [{**pod, "spec": {**pod["spec"], "nodeName": on}, "status": status}]
    return run


def silence(cluster: ClusterServer, status: str = "Unknown") -> None:
    """Its node says nothing any more, or that it is ready again."""
    ready: Row = {"type": "Ready", "status": status, "lastTransitionTime": "2026-11-22T01:40:00Z", "message": STOPPED}
    node = cluster.objects["nodes"][0]
    cluster.objects["nodes"] = [{**node, "status": {**node["status"], "conditions": [ready]}}]


def test_a_run_on_a_node_that_does_not_answer_is_critical(estate: Estate, cluster: ClusterServer) -> None:
    run = runs(estate, cluster)
    silence(cluster)
    report = estate.look()
    assert report.said == {Said("k8s-node-lost", "critical", "deployment", "flow/grind", 1)}
    found = report.the("k8s-node-lost")
    assert found.title == (
        "1 run of deployment 'flow/grind' hangs in the cluster since 2026-11-22 01:40:00 UTC: node 'node-1' of the pod does "
        "not answer since 2026-11-22 01:40:00 UTC"
    )
    assert (found.evidence["kubernetes_says"], found.run_ids) == (STOPPED, (run,))


def test_a_run_on_a_node_that_is_ready_is_left_alone(estate: Estate, cluster: ClusterServer) -> None:
    runs(estate, cluster)
    silence(cluster, "True")
    assert estate.said() == set()


def test_a_run_on_another_node_than_the_lost_one_is_left_alone(estate: Estate, cluster: ClusterServer) -> None:
    runs(estate, cluster, on="node-2")
    silence(cluster)
    assert estate.said() == set()
