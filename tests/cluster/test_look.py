"""What a look reads of a cluster, and how little: through the client, with an access saved on a real Prefect server."""

from collections.abc import Sequence
from typing import Any

from lifeguard.cluster import Cluster
from tests.cluster.accesses import pending_in
from tests.cluster.server import Asked, ClusterServer
from tests.estate import Estate

A_REVIEW = 1
"""What the credentials may do: one question for each namespace of workers."""
LISTS_OF_WORKERS = ["deployments", "horizontalpodautoscalers", "pods"]


def seen(estate: Estate, **options: Any) -> Cluster:
    (cluster,) = estate.look(**options).snapshot.clusters
    return cluster


def kinds(cluster: ClusterServer, namespace: str | None) -> list[str]:
    return sorted(each.kind for each in cluster.asked if each.namespace == namespace)


def of_verb(cluster: ClusterServer) -> Sequence[Asked]:
    return [each for each in cluster.asked if each.verb != "list"]


def test_where_nothing_is_wrong_only_the_workers_are_looked_at(estate: Estate, known_cluster: ClusterServer) -> None:
    estate.staffed_pool("k8s", type="kubernetes")
    assert [(each.name, each.available) for each in seen(estate).deployments] == [
        ("prefect-worker", 0),
        ("prefect-worker-oom", 1),
    ]
    assert (kinds(known_cluster, "prefect"), len(known_cluster.asked)) == (LISTS_OF_WORKERS, 3 + A_REVIEW)


def test_a_pod_that_no_node_takes_is_read_with_its_events_and_nodes(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    run = pending_in(estate, known_cluster, "run-toobig")["run-toobig"]
    found = seen(estate)
    assert [(pod.run_id, pod.conditions[0].reason) for pod in found.pods] == [(run, "Unschedulable")]
    assert ({event.reason for event in found.events}, [node.name for node in found.nodes]) == (
        {"FailedScheduling"},
        ["node-1"],
    )
    assert kinds(known_cluster, "prefect-jobs") == ["events"] * 4 + ["pods"]


def test_a_job_without_a_pod_is_read_with_its_events_and_the_quotas_of_its_namespace(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    run = pending_in(estate, known_cluster, "run-quota")["run-quota"]
    found = seen(estate)
    assert [(job.run_id, job.name) for job in found.jobs] == [(run, "run-quota-jlhkm")]
    assert {event.name for event in found.events if "exceeded quota" in event.message} == {"run-quota-jlhkm"}
    assert [(quota.namespace, quota.name) for quota in found.quotas] == [("team-b", "compute")]
    assert (found.pods, found.unseen, found.reads) == ((), (), len(known_cluster.asked))
