"""A cluster that refuses, forgets, hangs or answers nonsense: what it costs is named, and the rest is seen all the same."""

import json
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kubernetes_asyncio.client import Configuration

from lifeguard.cluster import Cluster
from tests.cluster.accesses import change_access, pending_in
from tests.cluster.server import TOKEN, ClusterServer, listing
from tests.estate import Estate, Report
from tests.patience import patient_client
from tests.prefect_server import free_port
from tests.proxy import (
    Fault,
    anything,
    delayed,
    dying_before_any_byte,
    html_page,
    invalid_json,
    too_many_requests,
    truncated,
    unavailable,
)

CREDENTIALS = "kubernetes-credentials/small"
Change = Callable[[dict[str, Any]], None]
PLACES = {
    "pods": "prefect-jobs",
    "jobs": "team-b",
    "resourcequotas": "team-b",
    "limitranges": "team-b",
    "events": "team-b",
    "nodes": None,
    "deployments": "prefect",
    "horizontalpodautoscalers": "prefect",
}
"""Where each kind is read when one run waits for a node and another for a quota."""


def cluster_of(report: Report) -> Cluster:
    (cluster,) = report.snapshot.clusters
    return cluster


def sentences(report: Report) -> list[str]:
    """What is said of the cluster to people, which must be what its own facts say."""
    own = dict.fromkeys(each.because for each in cluster_of(report).unseen)
    said = [each.reason for each in report.snapshot.missing if each.what == "cluster 'small'"]
    assert said == list(own)
    return said


def sizes(cluster: Cluster) -> dict[str, int]:
    fields: dict[str, Sequence[Any]] = {
        "pods": cluster.pods,
        "jobs": cluster.jobs,
        "resourcequotas": cluster.quotas,
        "events": cluster.events,
        "nodes": cluster.nodes,
        "deployments": cluster.deployments,
    }
    return {kind: len(each) for kind, each in fields.items()}


def test_each_right_that_is_missing_is_named_and_costs_nothing_else(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig", "run-quota")
    whole = sizes(cluster_of(estate.look()))
    for kind, namespace in PLACES.items():
        known_cluster.forbidden = {(namespace, kind)}
        report = estate.look()
        where = f"{kind} in {namespace}" if namespace else kind
        assert sentences(report) == [f"not allowed to list {where}: grant list on {kind} (examples/kubernetes)"]
        assert cluster_of(report).unseen[0].verb == "list"
        assert not cluster_of(report).sees(kind, namespace)
        instead = {"pods", "jobs", "nodes"} if kind == "pods" else {kind}
        others = {other: size for other, size in sizes(cluster_of(report)).items() if other not in instead}
        assert others == {other: whole[other] for other in others}, kind
        assert report.snapshot.is_complete


def many_warnings(cluster: ClusterServer, number: int) -> None:
    first = next(row for row in cluster.objects["events"] if row["involvedObject"]["name"].startswith("run-toobig"))
    for count in range(number):
        cluster.add("events", {**first, "metadata": {**first["metadata"], "uid": str(count)}})


def test_a_list_that_expires_while_it_is_read_is_begun_again_once(estate: Estate, known_cluster: ClusterServer) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    many_warnings(known_cluster, 600)
    known_cluster.expired = 1
    report = estate.look()
    assert (sentences(report), len(cluster_of(report).events) > 600) == ([], True)
    known_cluster.expired = 2
    report = estate.look()
    assert sentences(report) == [
        "events in prefect-jobs could not be listed: the list expired twice while it was read (410)"
    ]


def test_a_cluster_that_asks_for_fewer_calls_is_asked_again_once_after_as_long_as_it_says(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    known_cluster.fail(listing("pods", "prefect-jobs"), too_many_requests(0), times=1)
    assert [pod.phase for pod in cluster_of(estate.look()).pods] == ["Pending"]
    known_cluster.fail(listing("pods", "prefect-jobs"), too_many_requests(60), times=1)
    assert sentences(estate.look()) == [
        "pods in prefect-jobs could not be listed: the cluster asks for fewer calls (HTTP 429)"
    ]


@pytest.mark.parametrize(
    ("fault", "because"),
    [
        (invalid_json, "the answer is not what Kubernetes answers"),
        (html_page, "the answer is not what Kubernetes answers"),
        (truncated, "the connection broke (ClientPayloadError)"),
        (dying_before_any_byte, "the connection broke (ClientOSError)"),
        (unavailable(), "HTTP 503"),
    ],
)
def test_a_broken_answer_costs_only_what_it_was_to_tell(
    estate: Estate, known_cluster: ClusterServer, fault: Fault, because: str
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    known_cluster.fail(listing("events"), fault)
    report = estate.look()
    assert sentences(report) == [f"events in prefect-jobs could not be listed: {because}"]
    assert [pod.phase for pod in cluster_of(report).pods] == ["Pending"]


def test_a_cluster_that_hangs_costs_the_look_its_time_limit_and_what_was_read_before_is_kept(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    change_access(estate.api_url, credentials=CREDENTIALS, worker_namespaces=["prefect"], timeout_seconds=5)
    known_cluster.fail(listing("events"), delayed(600))
    report = estate.look()
    assert [pod.phase for pod in cluster_of(report).pods] == ["Pending"]
    assert "events in prefect-jobs could not be listed: no answer within 5 s" in sentences(report)
    assert not cluster_of(report).sees("nodes")


def test_of_a_cluster_that_never_answers_nothing_is_taken_for_seen(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    change_access(estate.api_url, credentials=CREDENTIALS, worker_namespaces=["prefect"], timeout_seconds=0.5)
    known_cluster.fail(anything, delayed(600))
    found = cluster_of(estate.look())
    places = {"pods": "prefect-jobs", "jobs": "prefect-jobs", "events": "prefect-jobs", "deployments": "prefect"}
    assert [kind for kind, namespace in places.items() if found.sees(kind, namespace)] == []
    assert sum(sizes(found).values()) == 0


def change_kubeconfig(api_url: str, kubeconfig: dict[str, Any]) -> None:
    """Change what the credentials hold, behind the block's back."""
    with patient_client(api_url) as http:
        path = "block_types/slug/kubernetes-cluster-config/block_documents/name/small"
        id = http.get(path).raise_for_status().json()["id"]
        data = {"config": kubeconfig, "context_name": "small"}
        http.patch(f"block_documents/{id}", json={"data": data}).raise_for_status()


@pytest.fixture
def changed_kubeconfig(estate: Estate, known_cluster: ClusterServer) -> Generator[Change, None, None]:
    """Changes the credentials of the access for one test."""
    yield partial(change_kubeconfig, estate.api_url)
    change_kubeconfig(estate.api_url, known_cluster.kubeconfig())


def test_a_cluster_where_nobody_listens_is_said_to_refuse(
    estate: Estate, known_cluster: ClusterServer, changed_kubeconfig: Change
) -> None:
    known_cluster.restore()
    pending_in(estate, known_cluster, "run-toobig")
    config = known_cluster.kubeconfig()
    config["clusters"][0]["cluster"]["server"] = f"http://127.0.0.1:{free_port()}"
    changed_kubeconfig(config)
    assert {sentence.partition(": ")[2] for sentence in sentences(estate.look())} == {"the connection was refused"}


def test_a_token_that_is_refused_is_to_be_renewed_and_is_itself_told_nowhere(
    estate: Estate, known_cluster: ClusterServer, changed_kubeconfig: Change
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    changed_kubeconfig(known_cluster.kubeconfig(token=f"{TOKEN}-of-yesterday"))
    report = estate.look()
    assert {sentence.partition(": ")[2] for sentence in sentences(report)} == {
        "the cluster does not accept the credentials (HTTP 401): renew the token"
    }
    assert TOKEN not in repr(report)


def test_a_kubeconfig_that_nobody_could_use_is_one_sentence_without_a_word_of_it(
    estate: Estate, known_cluster: ClusterServer, changed_kubeconfig: Change
) -> None:
    estate.staffed_pool("k8s", type="kubernetes")
    changed_kubeconfig({**known_cluster.kubeconfig(), "users": TOKEN})
    report = estate.look()
    because = "the kubeconfig behind the block kubernetes-credentials/small cannot be used: see that `kubectl` can, "
    assert all(because in sentence for sentence in sentences(report)) and sentences(report)
    assert TOKEN not in repr(report)


def test_credentials_that_do_not_exist_are_named(estate: Estate, known_cluster: ClusterServer) -> None:
    estate.staffed_pool("k8s", type="kubernetes")
    change_access(estate.api_url, credentials="kubernetes-credentials/gone")
    because = "the block kubernetes-credentials/gone does not exist: `prefect block ls` shows those that do"
    assert all(sentence.endswith(because) for sentence in sentences(estate.look()))


def test_without_credentials_of_its_own_an_access_takes_those_that_kubectl_would(
    estate: Estate, known_cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    change_access(estate.api_url, credentials="")
    file = tmp_path / "config"
    monkeypatch.setenv("KUBECONFIG", str(file))
    because = f"there are no credentials here: no service account of a pod, and no usable kubeconfig at {file}; "
    assert all(because in sentence for sentence in sentences(estate.look()))
    file.write_text(json.dumps(known_cluster.kubeconfig()))
    assert [pod.phase for pod in cluster_of(estate.look()).pods] == ["Pending"]


def test_a_cluster_is_asked_without_changing_what_flows_of_users_ask(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    before = Configuration.get_default_copy().host
    pending_in(estate, known_cluster, "run-toobig")
    assert cluster_of(estate.look()).pods
    assert Configuration.get_default_copy().host == before
