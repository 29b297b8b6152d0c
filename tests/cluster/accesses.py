"""An access to the small API server, saved on a real Prefect server as a person would save it, and removed afterwards."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect_kubernetes.credentials import KubernetesClusterConfig, KubernetesCredentials

from blocks.cluster_access import ClusterAccess
from tests.cluster.objects import infrastructure_id
from tests.cluster.server import ClusterServer
from tests.estate import Estate
from tests.patience import ask, patient_client

NAME = "small"
POOL = "mill"
"""Not that of the recorded workers, which crash."""


@contextmanager
def access_saved(api_url: str, kubeconfig: dict[str, Any], **settings: Any) -> Generator[None, None, None]:
    """The blocks of prefect-kubernetes and the access `small` that names them."""
    with temporary_settings({PREFECT_API_URL: api_url}):
        config = KubernetesClusterConfig(config=kubeconfig, context_name=kubeconfig["current-context"])
        config.save(NAME, overwrite=True)
        KubernetesCredentials(cluster_config=config).save(NAME, overwrite=True)
        ClusterAccess.model_validate({"credentials": f"kubernetes-credentials/{NAME}", **settings}).save(NAME)
        try:
            yield
        finally:
            ClusterAccess.delete(NAME)
            KubernetesCredentials.delete(NAME)
            KubernetesClusterConfig.delete(NAME)


def change_access(api_url: str, **settings: Any) -> None:
    """Let the access hold this and nothing else, also what its form would refuse."""
    with patient_client(api_url) as http:
        document = http.get(f"block_types/slug/cluster-access/block_documents/name/{NAME}").raise_for_status().json()
        http.patch(
            f"block_documents/{document['id']}", json={"data": settings, "merge_existing_data": False}
        ).raise_for_status()


def pending_in(estate: Estate, cluster: ClusterServer, *names: str) -> dict[str, str]:
    """A pool of Kubernetes with a live worker, and a pending run for each recorded one, whose Job and pod are now its own."""
    estate.staffed_pool(POOL, type="kubernetes")
    grind = estate.deployment("grind", POOL)
    runs = {name: estate.pending_run(grind, worker="ann") for name in names}
    for name, run in runs.items():
        has_job(estate, run, infrastructure_id(name))
    cluster.hand_over(runs)
    return runs


def has_job(estate: Estate, run: str, job: str) -> None:
    """Say which Job was made for a run, as its worker does: `namespace:job`."""
    ask(estate.api_url, "PATCH", f"flow_runs/{run}", {"infrastructure_pid": job})
