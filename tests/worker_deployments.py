"""Deployments of workers for tests that need no cluster: healthy by default, so that a test states its deviation only.

The crash loops are those of `tests/cluster/recorded`, with times counted from NOW.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.cluster import Cluster, Condition, Container, Pod, Right, WorkerDeployment
from lifeguard.snapshot import Snapshot
from tests import builders as b

WORKER = "prefect-worker"
KUBERNETES = "kubernetes"


def container(**deviations: Any) -> Container:
    """A worker's container that has run since it began."""
    return replace(Container(WORKER, "prefect:3", state="running", limits={"memory": "1Gi"}), **deviations)


def crashing(**deviations: Any) -> Container:
    """One that ended six times, the last time a minute ago, as recorded."""
    loop = container(state="waiting", reason="CrashLoopBackOff", message=f"back-off 5m0s restarting failed {WORKER}")
    ends = replace(loop, restarts=6, last_reason="Error", last_exit_code=1, last_finished=b.ago(60))
    return replace(ends, **deviations)


def killed() -> Container:
    """One that is ended for its memory, as recorded while its Deployment was `Available=True`."""
    last = crashing(last_reason="OOMKilled", last_exit_code=137, limits={"memory": "32Mi"})
    return replace(last, state="terminated", reason="OOMKilled", message="", exit_code=137)


def pod(*containers: Container, created: datetime | None = None, conditions: Sequence[Condition] = ()) -> Pod:
    """A worker's pod of an hour ago, whose containers are healthy unless they are given."""
    made = created or b.ago(3600)
    return Pod(
        "prefect",
        "prefect-worker-74574db446-7vfmq",
        "595de046",
        "Running",
        made,
        conditions=tuple(conditions),
        containers=containers or (container(),),
    )


def deployment(*pods: Pod, **deviations: Any) -> WorkerDeployment:
    """A Deployment of one worker of the pool `etl` that is available, with a probe."""
    healthy = WorkerDeployment("prefect", WORKER, b.ETL, replicas=1, available=1, container=container())
    return replace(healthy, **{"has_liveness_probe": True, "pods": pods or (pod(),), **deviations})


def unavailable(since: float = 600) -> Condition:
    """What a Deployment without an available pod says."""
    words = "Deployment does not have minimum availability."
    return Condition("Available", "False", "MinimumReplicasUnavailable", words, b.ago(since))


def cluster(*deployments: WorkerDeployment, rights: Sequence[Right] | None = None, **deviations: Any) -> Cluster:
    """What is seen through the access `prod`, for the pool `etl`."""
    own = None if rights is None else tuple(rights)
    return replace(Cluster("prod", (b.ETL,), deployments=deployments, rights=own), **deviations)


def snapshot(*clusters: Cluster, alive: bool = False, **deviations: Any) -> Snapshot:
    """A Kubernetes pool whose worker is dead, unless it is alive, beside these clusters."""
    own: dict[str, Any] = {
        "pools": [b.pool(type=KUBERNETES)],
        "workers": [b.worker(silent=5 if alive else 600)],
        "clusters": clusters,
    }
    return b.snapshot(**{**own, **deviations})
