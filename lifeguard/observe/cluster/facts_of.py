"""From the rows of a picture to the facts of a cluster: only what is about the runs that were asked for. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lifeguard.cluster import Cluster, ClusterEvent, Pod, WorkerDeployment
from lifeguard.observe.cluster import answers
from lifeguard.observe.cluster.answers import Row
from lifeguard.observe.cluster.wanted import Wanted
from lifeguard.observe.cluster.worker_deployments import (
    autoscalers,
    has_labels,
    labels_of_pods,
    worker_deployment,
)

Rows = Mapping[str, Sequence[Row]]


def facts_of(name: str, wanted: Wanted, rows: Rows) -> Cluster:
    """The cluster as far as it was seen; raises what reading another shape raises."""
    runs = {id for ids in (*wanted.suspects.values(), *wanted.running.values()) for id in ids}
    all_pods = {pod.uid: pod for pod in map(answers.pod, rows.get("pods", ()))}.values()
    pods = tuple(pod for pod in all_pods if pod.run_id in runs)
    jobs = tuple(job for job in map(answers.job, rows.get("jobs", ())) if job.run_id in runs)
    return Cluster(
        name=name,
        pools=wanted.pools,
        asked=frozenset(runs),
        namespaces=wanted.namespaces,
        pods=pods,
        jobs=jobs,
        events=_events(rows, pods, wanted.jobs | {(job.namespace, job.name) for job in jobs}),
        quotas=tuple(map(answers.quota, rows.get("resourcequotas", ()))),
        limit_ranges=tuple(map(answers.limit_range, rows.get("limitranges", ()))),
        nodes=tuple(map(answers.node, rows.get("nodes", ()))),
        deployments=_deployments(rows, [pod for pod in all_pods if pod.run_id is None]),
    )


def _events(rows: Rows, pods: Collection[Pod], jobs: Collection[tuple[str, str]]) -> tuple[ClusterEvent, ...]:
    """Those about these pods and Jobs, `(namespace, name)`, and about pods of these Jobs that could not be seen."""
    about = {("Pod", pod.namespace, pod.name) for pod in pods} | {("Job", *job) for job in jobs}
    events = map(answers.event, {row["metadata"]["uid"]: row for row in rows.get("events", ())}.values())
    return tuple(
        event
        for event in events
        if (event.kind, event.namespace, event.name) in about
        or (event.kind == "Pod" and (event.namespace, event.name.rpartition("-")[0]) in jobs)
    )


def _deployments(rows: Rows, pods: Collection[Pod]) -> tuple[WorkerDeployment, ...]:
    scaled = autoscalers(rows.get("horizontalpodautoscalers", ()))
    found: list[WorkerDeployment] = []
    for row in rows.get("deployments", ()):
        deployment, labels = worker_deployment(row), labels_of_pods(row)
        if deployment:
            own = tuple(pod for pod in pods if pod.namespace == deployment.namespace and has_labels(pod, labels))
            found.append(
                replace(deployment, pods=own, autoscaled_by=scaled.get((deployment.namespace, deployment.name)))
            )
    return tuple(found)
