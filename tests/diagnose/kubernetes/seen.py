"""A cluster for tests of judgement: one healthy node, and nothing that was not asked for. Times are in seconds before NOW."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lifeguard.cluster import Cluster, ClusterEvent, Condition, Container, Job, Node, Pod
from lifeguard.diagnose.cluster_troubles import cluster_troubles
from lifeguard.facts import INFRASTRUCTURE_PENDING, Run
from lifeguard.pod_trouble import PodTrouble
from tests.builders import ago, pending, scene, snapshot
from tests.builders import pool as pool_of

POOL, NAMESPACE, JOB, POD = "k8s", "prefect-jobs", "run-1-abcde", "run-1-abcde-fghij"
WAITS = replace(pending("run-1", POOL, since=400, state=INFRASTRUCTURE_PENDING), infrastructure_id=f"{NAMESPACE}:{JOB}")
"""A run whose Job and pod were made 400 s ago."""
SUBMITTED = replace(WAITS, state_name="Submitting")
CRASHED = replace(WAITS, state_type="CRASHED", state_name="Crashed", state_since=ago(60), ended=ago(60))
BEGUN = replace(WAITS, state_type="RUNNING", state_name="Running", run_count=1, started=ago(400))


def condition(
    type: str = "PodScheduled", status: str = "True", reason: str = "", message: str = "", *, since: float = 400
):
    return Condition(type, status, reason, message, ago(since))


def container(state: str = "waiting", reason: str = "", message: str = "", **more: Any) -> Container:
    return Container("prefect-job", "acme/etl:1", state=state, reason=reason, message=message, **more)


def pod(*containers: Container, phase: str = "Pending", created: float = 400, **more: Any) -> Pod:
    """A pod of the run, scheduled onto node-1 unless told otherwise."""
    told: dict[str, Any] = {
        "node_name": "node-1",
        "conditions": (condition(),),
        "job_name": JOB,
        "run_id": WAITS.id,
        **more,
    }
    return Pod(NAMESPACE, POD, "uid", phase, ago(created), containers=containers, **told)


def unplaced(
    message: str, *containers: Container, reason: str = "Unschedulable", since: float = 400, **more: Any
) -> Pod:
    """A pod that the scheduler could not place."""
    said = condition(status="False", reason=reason, message=message, since=since)
    return pod(*containers, created=since, node_name=None, conditions=(said,), **more)


def asking(**requests: str) -> Container:
    """A container that asks for so much."""
    return container("", requests=requests)


def job(created: float = 400, **more: Any) -> Job:
    return Job(NAMESPACE, JOB, "uid", ago(created), WAITS.id, **more)


def event(reason: str, message: str = "", *, kind: str = "Pod", name: str = "", seen: float = 60, count: int = 1):
    named = name or (POD if kind == "Pod" else JOB)
    return ClusterEvent(NAMESPACE, kind, named, "uid", reason, message, count=count, last_seen=ago(seen))


def refusal(message: str, *, seen: float = 60, count: int = 1) -> ClusterEvent:
    """That the Job's controller could not make a pod."""
    return event("FailedCreate", f"Error creating: {message}", kind="Job", seen=seen, count=count)


def node(name: str = "node-1", *, ready: str = "True", since: float = 4000, message: str = "", **more: Any) -> Node:
    holds: Mapping[str, str] = more.pop("allocatable", {"cpu": "2", "memory": "8Gi", "pods": "110"})
    return Node(name, holds, conditions=(condition("Ready", ready, "Kubelet", message, since=since),), **more)


def cluster(
    *pods: Pod, events: Sequence[ClusterEvent] = (), nodes: Sequence[Node] | None = None, **more: Any
) -> Cluster:
    """A cluster with these pods; the Job is there unless told otherwise."""
    told: dict[str, Any] = {"pools": (POOL,), "jobs": (job(),), "namespaces": (NAMESPACE,), **more}
    held = (node(),) if nodes is None else tuple(nodes)
    return Cluster("blue", pods=pods, events=tuple(events), nodes=held, **told)


def troubles_of(*clusters: Cluster, runs: Sequence[Run]) -> Mapping[str, PodTrouble]:
    """What clusters show of these runs."""
    active = [run for run in runs if run.is_pending or run.is_running]
    ended = [run for run in runs if run not in active]
    return cluster_troubles(scene(snapshot(pools=[pool_of(POOL)], active=active, ended=ended, clusters=clusters)))


def trouble(*clusters: Cluster, run: Run = WAITS) -> PodTrouble | None:
    """What clusters show of one run."""
    return troubles_of(*clusters, runs=[run]).get(run.id)


def told(*clusters: Cluster, run: Run = WAITS) -> PodTrouble:
    """The same, where there must be something."""
    found = trouble(*clusters, run=run)
    assert found, "nothing is said of the run"
    return found
