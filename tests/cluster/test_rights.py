"""No write is ever sent to a cluster, and what the credentials may do is asked of the cluster itself, which stores nothing."""

from typing import Any

from lifeguard.cluster import Right
from tests.cluster.accesses import change_access, pending_in
from tests.cluster.conftest import CREDENTIALS
from tests.cluster.server import REVIEWS, TOKEN, ClusterServer
from tests.commands.command_line import lifeguard
from tests.estate import Estate
from tests.why.asking import why

RUNS = ("run-toobig", "run-badimage", "run-quota", "run-nosa", "run-badcmd")
NARROW: list[dict[str, Any]] = [
    {
        "kind": "Role",
        "metadata": {"name": "jobs", "namespace": "prefect-jobs"},
        "rules": [
            {
                "apiGroups": [""],
                "resources": ["pods", "events", "resourcequotas", "limitranges"],
                "verbs": ["get", "list"],
            },
            {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "list"]},
        ],
    },
    {
        "kind": "RoleBinding",
        "metadata": {"name": "jobs", "namespace": "prefect-jobs"},
        "subjects": [{"kind": "ServiceAccount", "name": "prefect-lifeguard", "namespace": "prefect"}],
        "roleRef": {"kind": "Role", "name": "jobs"},
    },
]


def verbs(cluster: ClusterServer) -> set[str]:
    """What was done beside asking for one's own rights, which stores nothing."""
    return {each.verb for each in cluster.asked if each.kind != REVIEWS}


def sent(cluster: ClusterServer) -> set[str]:
    """What was asked with anything but GET."""
    requests = zip(cluster.asked, cluster.requests, strict=True)
    return {each.kind for each, request in requests if request.method != "GET"}


def test_a_whole_patrol_only_lists_and_tells_its_token_nobody(estate: Estate, known_cluster: ClusterServer) -> None:
    pending_in(estate, known_cluster, *RUNS)
    known_cluster.forbid("nodes")
    ended = lifeguard("patrol", api_url=estate.api_url, PREFECT_LOGGING_LEVEL="DEBUG")
    assert (verbs(known_cluster), sent(known_cluster)) == ({"list"}, {REVIEWS})
    assert "not allowed to list nodes: grant list on nodes" in ended.out + ended.err
    assert TOKEN not in ended.out + ended.err


def test_why_of_one_run_only_lists_what_is_of_that_run(estate: Estate, known_cluster: ClusterServer) -> None:
    runs = pending_in(estate, known_cluster, *RUNS)
    found = why(estate, runs["run-badimage"]).case.snapshot.clusters[0]
    assert [pod.run_id for pod in found.pods] == [runs["run-badimage"]]
    assert (verbs(known_cluster), {each.namespace for each in known_cluster.asked}) == (
        {"list"},
        {"prefect-jobs", "prefect"},
    )


def rights(estate: Estate) -> tuple[Right, ...] | None:
    (cluster,) = estate.look().snapshot.clusters
    return cluster.rights


def test_what_the_credentials_may_do_is_told_by_the_cluster_where_it_is_asked_for(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig")
    known_cluster.grant(NARROW)
    change_access(estate.api_url, credentials=CREDENTIALS, worker_namespaces=["prefect-jobs"])
    told = rights(estate)
    assert told and {(right.namespace, right.resources[0], right.verbs) for right in told} == {
        ("prefect-jobs", "pods", ("get", "list")),
        ("prefect-jobs", "jobs", ("get", "list")),
        ("prefect-jobs", "selfsubjectaccessreviews", ("create",)),
    }
    assert sent(known_cluster) == {REVIEWS}


def test_with_the_rights_of_one_namespace_the_others_are_said_to_be_unseen(
    estate: Estate, known_cluster: ClusterServer
) -> None:
    pending_in(estate, known_cluster, "run-toobig", "run-quota")
    known_cluster.grant(NARROW)
    (found,) = estate.look().snapshot.clusters
    assert [pod.namespace for pod in found.pods] == ["prefect-jobs"]
    assert {(each.kind, each.namespace, each.verb) for each in found.unseen} == {
        *((kind, "team-b", "list") for kind in ("pods", "jobs", "resourcequotas", "limitranges", "events")),
        ("deployments", "prefect", "list"),
        ("nodes", None, "list"),
    }
