"""Which pod and which Job are a run's own: joined by ids, the newest attempt, and never by names of labels."""

from dataclasses import replace
from typing import Any

import pytest

from lifeguard.diagnose.cluster_troubles import cluster_troubles
from tests.builders import ago, scene, snapshot
from tests.diagnose.kubernetes.seen import (
    JOB,
    NAMESPACE,
    POOL,
    WAITS,
    cluster,
    container,
    event,
    job,
    pod,
    told,
    trouble,
    troubles_of,
)

NO_SECRET = pod(container("waiting", "CreateContainerConfigError", 'secret "x" not found'))


def test_a_pod_without_the_runs_id_is_found_by_its_job() -> None:
    unlabelled = replace(NO_SECRET, run_id=None)
    found = told(cluster(unlabelled))
    assert found.remedy[0] == f"kubectl describe pod --namespace {NAMESPACE} {unlabelled.name}"


@pytest.mark.parametrize(
    "change",
    [
        {"run_id": None, "namespace": "team-b"},
        {"run_id": None, "job_name": "other"},
        {"run_id": "other", "job_name": None},
    ],
    ids=["another namespace", "another Job", "another run"],
)
def test_a_pod_of_somebody_else_is_not_the_runs(change: dict[str, Any]) -> None:
    assert trouble(cluster(replace(NO_SECRET, **change), jobs=(job(active=1),))) is None


def test_a_pod_of_the_runs_earlier_job_is_not_asked() -> None:
    earlier = replace(NO_SECRET, job_name="run-1-older", created=ago(4000))
    assert trouble(cluster(earlier, jobs=(job(active=1),))) is None


def test_the_newest_pod_of_a_job_is_asked() -> None:
    older = pod(container("terminated", "OOMKilled", exit_code=137), phase="Failed", created=300)
    assert told(cluster(replace(older, name="a"), replace(NO_SECRET, created=ago(100)))).code == "k8s-container-config"


def test_a_run_whose_job_was_not_noted_is_found_by_its_id() -> None:
    assert told(cluster(NO_SECRET), run=replace(WAITS, infrastructure_id=None)).code == "k8s-container-config"


def test_runs_of_other_pools_and_of_lifeguard_are_not_asked_about() -> None:
    assert trouble(cluster(NO_SECRET), run=replace(WAITS, pool_name="etl")) is None
    assert trouble(cluster(NO_SECRET), run=replace(WAITS, tags=frozenset({"lifeguard"}))) is None


def test_events_of_another_object_are_not_the_pods() -> None:
    creating = pod(container("waiting", "ContainerCreating"))
    of_other = event("FailedMount", 'secret "x" not found', name="another-pod")
    assert trouble(cluster(creating, events=[of_other])) is None


def test_the_first_cluster_that_shows_a_trouble_counts() -> None:
    blank = cluster(pod(container("running"), phase="Running"))
    found = told(blank, replace(cluster(NO_SECRET), name="green"))
    assert found.evidence["cluster"] == "green"


def test_each_run_has_its_own() -> None:
    other = replace(WAITS, id="id-of-run-2", infrastructure_id=f"{NAMESPACE}:run-2-abcde")
    pods = (NO_SECRET, replace(NO_SECRET, run_id="id-of-run-2", job_name="run-2-abcde", name="second"))
    found = troubles_of(cluster(*pods), runs=[WAITS, other])
    assert {id: each.evidence["pod"] for id, each in found.items()} == {
        WAITS.id: NO_SECRET.name,
        "id-of-run-2": "second",
    }


def test_the_place_is_evidence() -> None:
    found = told(cluster(NO_SECRET))
    place = {key: found.evidence[key] for key in ("cluster", "namespace", "job", "pod", "node")}
    assert place == {"cluster": "blue", "namespace": NAMESPACE, "job": JOB, "pod": NO_SECRET.name, "node": "node-1"}


def test_without_clusters_there_is_nothing() -> None:
    assert cluster_troubles(scene(snapshot(active=[WAITS]))) == {}


def test_a_pool_of_another_cluster_is_not_looked_for_here() -> None:
    assert trouble(replace(cluster(NO_SECRET), pools=("other",))) is None
    assert trouble(replace(cluster(NO_SECRET), pools=("other", POOL))) is not None


def test_a_run_that_was_not_asked_about_is_not_judged() -> None:
    """As of `lifeguard why`, which asks a cluster about one run and sees others of its pool."""
    assert trouble(replace(cluster(jobs=()), asked=frozenset({"another"}))) is None
    assert trouble(replace(cluster(NO_SECRET), asked=frozenset({WAITS.id}))) is not None
