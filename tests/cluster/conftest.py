"""A small cluster with everything that was recorded in it; alone, and known to a real Prefect server."""

from collections.abc import Generator

import pytest

from tests.cluster.accesses import access_saved, change_access
from tests.cluster.server import ClusterServer
from tests.prefect_server import PrefectServer

CREDENTIALS = "kubernetes-credentials/small"


@pytest.fixture(scope="module")
def running_cluster() -> Generator[ClusterServer, None, None]:
    """One for all tests of a file."""
    with ClusterServer() as running:
        yield running


@pytest.fixture
def cluster(running_cluster: ClusterServer) -> ClusterServer:
    """As it was recorded, whatever the test before did to it."""
    running_cluster.restore()
    return running_cluster


@pytest.fixture(scope="module")
def access(server: PrefectServer, running_cluster: ClusterServer) -> Generator[None, None, None]:
    """An access to it, saved on the Prefect server for as long as the tests of a file run."""
    with access_saved(server.api_url, running_cluster.kubeconfig()):
        yield


@pytest.fixture
def known_cluster(server: PrefectServer, cluster: ClusterServer, access: None) -> ClusterServer:
    """The cluster, as it was recorded, and an access for every pool and the namespaces of its runs, on a busy machine too."""
    change_access(server.api_url, credentials=CREDENTIALS, worker_namespaces=["prefect"], timeout_seconds=30)
    return cluster
