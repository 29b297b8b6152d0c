"""The recorded cluster as facts, made by the converters of the look; and as JSON in `tests.cluster.objects`."""

from dataclasses import replace
from typing import Any

from lifeguard.cluster import Cluster, Pod, WorkerDeployment
from lifeguard.observe.cluster import answers
from lifeguard.observe.cluster.worker_deployments import has_labels, labels_of_pods, worker_deployment
from tests.cluster.objects import Row, recorded_rows

POOL = "k8s"
"""The work pool of the recorded runs and workers."""


def recorded_cluster(**changes: Any) -> Cluster:
    """Everything that was recorded, as if all of it had been asked for; `changes` replace whole fields."""
    pods = tuple(answers.pod(row) for row in recorded_rows("pods"))
    seen = Cluster(
        name="recorded",
        pools=(POOL,),
        namespaces=("prefect-jobs", "team-b"),
        pods=tuple(pod for pod in pods if pod.run_id),
        jobs=tuple(answers.job(row) for row in recorded_rows("jobs")),
        events=tuple(answers.event(row) for row in recorded_rows("events")),
        quotas=tuple(answers.quota(row) for row in recorded_rows("resourcequotas")),
        nodes=tuple(answers.node(row) for row in recorded_rows("nodes")),
        deployments=tuple(_deployment(row, pods) for row in recorded_rows("deployments")),
        reads=12,
    )
    return replace(seen, **changes)


def recorded_pod(name: str, which: str = "pods") -> Pod:
    """One recorded pod, by the beginning of its name; `which` may be `pods.earlier`."""
    row = next(row for row in recorded_rows(which) if row["metadata"]["name"].startswith(name))
    return answers.pod(row)


def _deployment(row: Row, pods: tuple[Pod, ...]) -> WorkerDeployment:
    deployment = worker_deployment(row)
    assert deployment, f"{row['metadata']['name']} runs no worker"
    return replace(deployment, pods=tuple(pod for pod in pods if has_labels(pod, labels_of_pods(row))))
