"""The small API server is held to what a real one does, through the client that looks into clusters use."""

from typing import Any

import httpx
import pytest

from tests.cluster.objects import infrastructure_id, run_id
from tests.cluster.recorded import recorded_cluster
from tests.cluster.server import TOKEN, ClusterServer, listing
from tests.proxy import too_many_requests

PODS = "/api/v1/namespaces/prefect-jobs/pods"
READER: list[dict[str, Any]] = [
    {
        "kind": "Role",
        "metadata": {"name": "reader", "namespace": "prefect-jobs"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}],
    },
    {
        "kind": "RoleBinding",
        "metadata": {"name": "reader", "namespace": "prefect-jobs"},
        "subjects": [{"kind": "ServiceAccount", "name": "prefect-lifeguard", "namespace": "prefect"}],
        "roleRef": {"kind": "Role", "name": "reader"},
    },
]


def answer(cluster: ClusterServer, path: str, **query: str | int) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.get(cluster.url + path, params=query, headers=headers, timeout=10, trust_env=False)


def names(response: httpx.Response) -> list[str]:
    return [item["metadata"]["name"] for item in response.json()["items"]]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 13),
        ({"labelSelector": "prefect.io/flow-run-id"}, 13),
        ({"labelSelector": "!prefect.io/work-pool-id"}, 7),
        ({"labelSelector": f"prefect.io/flow-run-id={run_id('run-ok')}"}, 1),
        ({"labelSelector": f"prefect.io/flow-run-id in ({run_id('run-ok')},{run_id('badname')})"}, 2),
        ({"labelSelector": f"prefect.io/flow-run-id,prefect.io/flow-run-id notin ({run_id('run-ok')})"}, 12),
        ({"fieldSelector": "status.phase=Pending"}, 9),
        ({"fieldSelector": "status.phase!=Succeeded,status.phase!=Failed"}, 9),
        ({"fieldSelector": "spec.nodeName="}, 3),
    ],
)
def test_selectors_choose_what_they_choose_in_kubernetes(cluster: ClusterServer, query: Any, number: int) -> None:
    assert len(names(answer(cluster, PODS, **query))) == number


def test_a_field_that_cannot_be_selected_by_is_refused(cluster: ClusterServer) -> None:
    assert answer(cluster, PODS, fieldSelector="status.reason=Evicted").status_code == 400


def test_pages_follow_each_other_and_may_expire(cluster: ClusterServer) -> None:
    first = answer(cluster, PODS, limit=10)
    further = first.json()["metadata"]["continue"]
    cluster.expired = 1
    assert answer(cluster, PODS, limit=10, **{"continue": further}).status_code == 410
    assert names(first) + names(answer(cluster, PODS, limit=10, **{"continue": further})) == names(
        answer(cluster, PODS)
    )


def test_rights_come_from_bound_roles_alone(cluster: ClusterServer) -> None:
    cluster.grant(READER)
    assert answer(cluster, PODS).status_code == 200
    refused = answer(cluster, PODS.replace("prefect-jobs", "prefect")).json()
    assert (refused["code"], "cannot list resource" in refused["message"]) == (403, True)
    cluster.grant(READER[:1])
    assert answer(cluster, PODS).status_code == 403


def test_who_shows_no_token_is_nobody(cluster: ClusterServer) -> None:
    assert httpx.get(cluster.url + PODS, timeout=10, trust_env=False).status_code == 401


def test_it_breaks_by_the_rules_of_the_proxy_and_records_every_request(cluster: ClusterServer) -> None:
    cluster.fail(listing("pods", "prefect-jobs"), too_many_requests(1), times=1)
    assert [answer(cluster, PODS).status_code for _ in range(2)] == [429, 200]
    assert [tuple(each) for each in cluster.asked] == [("list", "", "pods", "prefect-jobs", None)] * 2


def test_what_was_recorded_becomes_facts() -> None:
    seen = recorded_cluster()
    numbers = [len(each) for each in (seen.pods, seen.jobs, seen.events, seen.quotas, seen.nodes, seen.deployments)]
    assert (numbers, infrastructure_id("run-quota")) == ([13, 9, 118, 2, 1, 2], "team-b:run-quota-jlhkm")
