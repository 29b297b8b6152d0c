"""A Deployment of workers in the small cluster, made of a recorded one: healthy, so that a test states its deviation only."""

import copy
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from tests.cluster.accesses import access_saved
from tests.cluster.objects import Row, recorded_rows
from tests.cluster.server import ClusterServer
from tests.estate import Estate

NAMESPACE = "prefect"
RUNNING: Row = {"state": {"running": {"startedAt": "2026-11-22T01:30:20Z"}}, "lastState": {}, "restartCount": 0}
PROBE = {"httpGet": {"path": "/health", "port": 8080}}


@contextmanager
def workers_in_cluster(estate: Estate, pool: str, *, has_probe: bool = True) -> Generator[ClusterServer, None, None]:
    """A cluster that an access is saved for, with one Deployment of workers of this pool that is well."""
    deployment, pod = _deployment(pool, has_probe), _pod()
    with ClusterServer() as cluster:
        cluster.restore({"deployments": [deployment], "pods": [pod]})
        with access_saved(
            estate.api_url, cluster.kubeconfig(), namespaces=["prefect-jobs"], worker_namespaces=[NAMESPACE]
        ):
            yield cluster


def state_of(cluster: ClusterServer, **state: Any) -> None:
    """How the worker's container is now, in Kubernetes' fields; the Deployment's own status stays as it is."""
    pod = copy.deepcopy(cluster.objects["pods"][0])
    pod["status"]["containerStatuses"][0] |= state  # type: ignore[index]
    cluster.objects["pods"] = [pod]


def recorded_state(name: str) -> Row:
    """How the container of a recorded worker was."""
    pods = (row for row in recorded_rows("pods") if row["metadata"]["name"].startswith(name))
    return next(pods)["status"]["containerStatuses"][0]


def _deployment(pool: str, has_probe: bool) -> Row:
    row = copy.deepcopy(recorded_rows("deployments")[0])
    container = row["spec"]["template"]["spec"]["containers"][0]
    container["args"][-1] = pool
    container |= {"livenessProbe": PROBE} if has_probe else {}
    row["status"] = {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "conditions": []}
    return row


def _pod() -> Row:
    rows = (row for row in recorded_rows("pods") if row["metadata"]["name"].startswith("prefect-worker-7"))
    row = copy.deepcopy(next(rows))
    row["status"] |= {"phase": "Running", "conditions": []}
    row["status"]["containerStatuses"][0] |= RUNNING
    return row
