"""The same faults and findings in the small cluster and, where `LIFEGUARD_TEST_KUBECONFIG` names one, in a real one.

The real ones are made in namespaces of their own, with rights to create those, and are deleted with them.
"""

import os
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
from prefect_kubernetes.credentials import KubernetesClusterConfig

from lifeguard.cluster import RUN_LABEL, Cluster
from tests.cluster.accesses import POOL, access_saved, has_job, pending_in
from tests.cluster.real_faults import PODS, faults
from tests.cluster.rights import EVERYTHING
from tests.cluster.server import ClusterServer
from tests.estate import Estate, wait_until

REAL = "LIFEGUARD_TEST_KUBECONFIG"
MADE_WITHIN_SECONDS = 180.0
SAYS = {
    "run-toobig": ("k8s-unschedulable", "Insufficient cpu"),
    "run-badimage": ("k8s-image-pull-backoff", "registry.invalid/acme/etl"),
    "run-cfgerr": ("k8s-container-config", 'secret "etl-credentials" not found'),
    "run-nosa": ("k8s-rbac-or-quota", 'serviceaccount "ghost" not found'),
    "run-quota": ("k8s-rbac-or-quota", "exceeded quota: compute"),
}
"""The code that each fault leads to, and Kubernetes' own words of it, of 1.20 and of today."""


def in_small_cluster(estate: Estate, request: pytest.FixtureRequest) -> Generator[dict[str, str], None, None]:
    known: ClusterServer = request.getfixturevalue("known_cluster")
    yield pending_in(estate, known, *PODS)


def in_real_cluster(estate: Estate, request: pytest.FixtureRequest) -> Generator[dict[str, str], None, None]:
    file = os.environ.get(REAL)
    if not file:
        pytest.skip(f"{REAL} does not name the kubeconfig of a cluster")
    config = KubernetesClusterConfig.from_file(Path(file))
    kubeconfig: dict[str, Any] = {**config.model_dump()["config"], "current-context": config.context_name}
    estate.staffed_pool(POOL, type="kubernetes")
    grind = estate.deployment("grind", POOL)
    runs = {name: estate.pending_run(grind, worker="ann") for name in PODS}
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(portal.call(faults, config, runs)) as jobs,
        access_saved(estate.api_url, kubeconfig, timeout_seconds=30),
    ):
        for name, job in jobs.items():
            has_job(estate, runs[name], job)
        yield runs


@pytest.fixture(params=[in_small_cluster, in_real_cluster], ids=["small", "real"])
def troubled(estate: Estate, request: pytest.FixtureRequest) -> Generator[dict[str, str], None, None]:
    """A pending run for each fault, by the fault's name, once in the small cluster and once in a real one."""
    make: Callable[..., Generator[dict[str, str], None, None]] = request.param
    yield from make(estate, request)


def words(cluster: Cluster, run: str) -> str:
    """Everything that Kubernetes says of a run: conditions and containers of its pod, and events of both and of its Job."""
    pods = [pod for pod in cluster.pods if pod.run_id == run]
    names = {pod.name for pod in pods} | {job.name for job in cluster.jobs if job.run_id == run}
    said: Iterable[str] = (
        *(condition.message for pod in pods for condition in pod.conditions),
        *(f"{each.reason} {each.message}" for pod in pods for each in pod.containers),
        *(event.message for event in cluster.events if event.name in names),
    )
    return "\n".join(said)


@pytest.mark.timeout(400)
def test_each_fault_is_seen_in_the_words_of_kubernetes_and_named(estate: Estate, troubled: dict[str, str]) -> None:
    def are_said() -> bool:
        (cluster,) = estate.look().snapshot.clusters
        return all(SAYS[name][1] in words(cluster, run) for name, run in troubled.items())

    wait_until(are_said, "Kubernetes has said what is wrong with each", MADE_WITHIN_SECONDS)
    named = {(finding.code, run) for finding in estate.look().findings for run in finding.run_ids}
    assert {(SAYS[name][0], run) for name, run in troubled.items()} <= named


def test_what_makes_the_faults_is_understood_by_the_client_and_goes_away_with_its_namespaces(
    cluster: ClusterServer,
) -> None:
    cluster.restore({})
    cluster.is_writable, cluster.grants = True, [EVERYTHING]
    config = KubernetesClusterConfig(config=cluster.kubeconfig(), context_name="small")

    async def make() -> dict[str, str]:
        async with faults(config, {name: f"id-of-{name}" for name in PODS}) as jobs:
            return jobs

    jobs = anyio.run(make)
    made = {f"{row['metadata']['namespace']}:{row['metadata']['name']}": row for row in cluster.objects["jobs"]}
    assert {made[job]["metadata"]["labels"][RUN_LABEL] for job in jobs.values()} == {f"id-of-{name}" for name in PODS}
    assert (len(cluster.objects["resourcequotas"]), cluster.objects["namespaces"]) == (1, [])
