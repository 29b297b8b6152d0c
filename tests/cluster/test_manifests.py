"""The manifests in `examples/kubernetes` grant what is read and nothing else, and each right that is missing is named."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import anyio
import orjson
import pytest
import yaml

from lifeguard.cluster import Cluster
from lifeguard.cluster_rights import NEEDS, VERBS, Need, Where
from lifeguard.observe.api import Api
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.lists import LISTED_BY, Price
from lifeguard.observe.cluster.read import read_cluster
from lifeguard.observe.cluster.wanted import Wanted
from tests.cluster.objects import recorded_objects, run_id
from tests.cluster.rights import Grant, grants_of
from tests.cluster.server import ClusterServer

MANIFESTS = Path(__file__).parents[2] / "examples" / "kubernetes"
JOBS, WORKERS, RUNNING = "prefect-jobs", "prefect", "run-ok"
PLACES = {Where.JOBS: JOBS, Where.WORKERS: WORKERS, Where.CLUSTER: None}
ACCESS = Access("prod", timeout_seconds=60)
WANTED = Wanted(
    pools=("k8s",),
    taken_at=datetime(2026, 11, 22, 1, 36, 40, tzinfo=UTC),
    namespaces=(JOBS,),
    worker_namespaces=(WORKERS,),
    suspects={JOBS: (run_id("run-toobig"), run_id("run-nosa"))},
)
Row = dict[str, Any]


def documents(file: str = "rbac.yaml") -> list[Row]:
    return list(yaml.safe_load_all((MANIFESTS / file).read_text()))


def without(need: Need) -> list[Grant]:
    """What the manifest grants, but for the list of one kind in one place."""
    return [kept for grant in grants_of(documents(), "prefect-lifeguard") for kept in _but(grant, need)]


def _but(grant: Grant, need: Need) -> Iterable[Grant]:
    """A rule about several kinds taken apart, so that one of them can go."""
    for group in grant.rule["apiGroups"]:
        for resource in grant.rule["resources"]:
            is_taken = (group, resource, grant.namespace) == (need.group, need.resource, PLACES[need.where])
            verbs = [verb for verb in grant.rule["verbs"] if verb != "list" or not is_taken]
            yield replace(grant, rule={"apiGroups": [group], "resources": [resource], "verbs": verbs})


@pytest.fixture
def busy(cluster: ClusterServer) -> ClusterServer:
    """A cluster with something of each kind to be read."""
    cluster.restore(recorded_objects())
    quota = orjson.loads(orjson.dumps(cluster.objects["resourcequotas"][0]))
    quota["metadata"]["namespace"] = JOBS
    limit = {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}
    scaler = {"scaleTargetRef": {"kind": "Deployment", "name": "prefect-worker"}}
    cluster.add("resourcequotas", quota)
    cluster.add("limitranges", {"metadata": {"namespace": JOBS, "name": "small"}, "spec": limit})
    cluster.add("horizontalpodautoscalers", {"metadata": {"namespace": WORKERS, "name": "more"}, "spec": scaler})
    return cluster


@pytest.fixture
def look(busy: ClusterServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ClusterServer:
    """The same, found by the kubeconfig of where this runs, so that no Prefect server is needed."""
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(busy.kubeconfig()))
    monkeypatch.setenv("KUBECONFIG", str(file))
    return busy


def seen() -> Cluster:
    """One look into it."""

    async def read() -> Cluster:
        return await read_cluster(cast(Api, None), ACCESS, WANTED, Price(), with_rights=True)

    return anyio.run(read)


def amounts(found: Cluster) -> dict[str, int]:
    """How many there are of each kind that a finding rests on."""
    scaled = [each for each in found.deployments if each.autoscaled_by]
    pods_of_workers = [pod for each in found.deployments for pod in each.pods]
    return {
        f"pods {JOBS}": len(found.pods),
        f"events {JOBS}": len(found.events),
        f"resourcequotas {JOBS}": len(found.quotas),
        f"limitranges {JOBS}": len(found.limit_ranges),
        f"jobs {JOBS}": len(found.jobs),
        f"pods {WORKERS}": len(pods_of_workers),
        f"deployments {WORKERS}": len(found.deployments),
        f"horizontalpodautoscalers {WORKERS}": len(scaled),
        "nodes None": len(found.nodes),
    }


def test_only_get_and_list_are_granted_and_nothing_beyond_what_is_read() -> None:
    roles = [row for row in documents() if row["kind"] in ("Role", "ClusterRole")]
    granted = {
        (group, resource, row["metadata"].get("namespace"), tuple(rule["verbs"]))
        for row in roles
        for rule in row["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert granted == {(need.group, need.resource, PLACES[need.where], VERBS) for need in NEEDS}


def test_every_role_is_bound_to_the_service_account_and_to_nobody_else() -> None:
    rows = documents()
    account = next(row["metadata"] for row in rows if row["kind"] == "ServiceAccount")
    bindings = [row for row in rows if row["kind"].endswith("Binding")]
    assert all(row["subjects"] == [{"kind": "ServiceAccount", **account}] for row in bindings)
    assert {row["roleRef"]["name"] for row in bindings} == {
        row["metadata"]["name"] for row in rows if row["kind"].endswith("Role")
    }


def test_the_token_is_that_of_this_service_account() -> None:
    (secret,) = documents("token.yaml")
    named = secret["metadata"]["annotations"]["kubernetes.io/service-account.name"]
    assert (secret["type"], named) == ("kubernetes.io/service-account-token", "prefect-lifeguard")


def test_every_kind_that_can_be_listed_is_one_that_is_granted() -> None:
    assert set(LISTED_BY) == {need.resource for need in NEEDS}


def test_with_the_rights_of_the_manifest_all_of_it_is_seen(look: ClusterServer) -> None:
    everywhere = seen()
    look.heal()
    look.grant(documents())
    granted = seen()
    assert (granted.unseen, amounts(granted)) == ((), amounts(everywhere))
    assert all(amounts(granted).values())


def test_what_is_read_is_what_is_granted(look: ClusterServer) -> None:
    seen()
    places = {(each.group, each.kind, each.namespace) for each in look.asked if each.verb == "list"}
    assert places == {(need.group, need.resource, PLACES[need.where]) for need in NEEDS}
    assert {each.kind for each in look.asked if each.verb != "list"} == {"selfsubjectrulesreviews"}


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: f"{need.resource}-{need.where.name}")
def test_a_right_that_is_missing_is_named_and_the_rest_is_seen(look: ClusterServer, need: Need) -> None:
    look.grants = without(need)
    found, place = seen(), PLACES[need.where]
    assert {(each.kind, each.namespace, each.verb) for each in found.unseen} == {(need.resource, place, "list")}
    assert all(f"grant list on {need.resource}" in each.because for each in found.unseen)
    assert {kind for kind, number in amounts(found).items() if number == 0} == lost_with(need)


def lost_with(need: Need) -> set[str]:
    """What is not seen without a kind: its own, and what is asked for only because of it."""
    lost = {f"{need.resource} {PLACES[need.where]}"}
    if (need.resource, need.where) == ("pods", Where.JOBS):
        lost |= {"nodes None"}
    if need.resource == "deployments":
        lost |= {f"pods {WORKERS}", f"horizontalpodautoscalers {WORKERS}"}
    return lost
