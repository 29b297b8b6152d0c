"""From the objects of Kubernetes' API to facts. No call is made here, and nothing is judged.

Plain JSON rather than the client's models, which refuse what a newer Kubernetes adds, and some of what an older one leaves
out (kubernetes_asyncio 36.1.0: `event_time` of events). Whatever may be left out is left out somewhere.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lifeguard.cluster import (
    RUN_LABEL,
    ClusterEvent,
    Condition,
    Container,
    Job,
    LimitRange,
    Node,
    Pod,
    Quota,
    Right,
)
from lifeguard.facts import as_utc

Row = Mapping[str, Any]
JOB_LABELS = ("batch.kubernetes.io/job-name", "job-name")
"""The first since Kubernetes 1.27, beside the second."""


def pod(row: Row) -> Pod:
    """A pod with its containers, those that prepare it first."""
    metadata, spec, status = parts(row)
    labels: Mapping[str, str] = within(metadata, "labels")
    return Pod(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        phase=status.get("phase") or "",
        created=as_utc(metadata.get("creationTimestamp")),
        run_id=labels.get(RUN_LABEL),
        job_name=next((labels[label] for label in JOB_LABELS if label in labels), None),
        node_name=spec.get("nodeName"),
        reason=status.get("reason") or "",
        message=status.get("message") or "",
        conditions=conditions(status),
        containers=_containers(spec, status, "init") + _containers(spec, status, ""),
        labels=labels,
        deleted=as_utc(metadata.get("deletionTimestamp")),
        node_selector=within(spec, "nodeSelector"),
    )


def job(row: Row) -> Job:
    """A Job; a quota that stops its pod leaves `status` empty (1.20)."""
    metadata, spec, status = parts(row)
    return Job(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        created=as_utc(metadata.get("creationTimestamp")),
        run_id=within(metadata, "labels").get(RUN_LABEL),
        active=status.get("active"),
        failed=status.get("failed"),
        succeeded=status.get("succeeded"),
        is_suspended=bool(spec.get("suspend")),
        service_account=spec["template"]["spec"].get("serviceAccountName"),
        conditions=conditions(status),
    )


def event(row: Row) -> ClusterEvent:
    """An Event of either kind: a scheduler leaves the older fields empty, a kubelet the newer ones."""
    about: Row = row["involvedObject"]
    series = within(row, "series")
    return ClusterEvent(
        namespace=row["metadata"]["namespace"],
        kind=about.get("kind") or "",
        name=about.get("name") or "",
        uid=about.get("uid") or "",
        reason=row.get("reason") or "",
        message=row.get("message") or "",
        type=row.get("type") or "",
        count=row.get("count") or series.get("count") or 1,
        component=within(row, "source").get("component") or row.get("reportingComponent") or "",
        last_seen=_last_seen(row, series),
    )


def quota(row: Row) -> Quota:
    """A ResourceQuota, as its controller has counted."""
    metadata, _, status = parts(row)
    return Quota(metadata["namespace"], metadata["name"], within(status, "hard"), within(status, "used"))


def limit_range(row: Row) -> LimitRange:
    """A LimitRange, one entry for each number in it."""
    metadata, spec, _ = parts(row)
    told: list[tuple[str, str, str, str]] = []
    for limit in spec.get("limits") or ():
        for which, quantities in limit.items():
            if which != "type":
                told += [(limit["type"], which, resource, str(quantity)) for resource, quantity in quantities.items()]
    return LimitRange(metadata["namespace"], metadata["name"], tuple(told))


def node(row: Row) -> Node:
    """A node; taints as `kubectl describe node` writes them, KEY=VALUE:EFFECT."""
    metadata, spec, status = parts(row)
    return Node(
        name=metadata["name"],
        allocatable=within(status, "allocatable"),
        labels=within(metadata, "labels"),
        taints=tuple(_taint(taint) for taint in spec.get("taints") or ()),
        is_unschedulable=bool(spec.get("unschedulable")),
        conditions=conditions(status),
    )


def right(row: Row, namespace: str) -> Right:
    """One rule of a SelfSubjectRulesReview."""
    told = (tuple(row.get(name) or ()) for name in ("verbs", "apiGroups", "resources", "resourceNames"))
    return Right(namespace, *told)


def within(row: Row, name: str) -> Row:
    """The mapping that is held there; empty where there is none."""
    held: Row | None = row.get(name)
    return held or {}


def parts(row: Row) -> tuple[Row, Row, Row]:
    """The metadata, the spec and the status of an object."""
    return row["metadata"], within(row, "spec"), within(row, "status")


def conditions(status: Row) -> tuple[Condition, ...]:
    """The conditions of an object."""
    return tuple(
        Condition(
            row["type"],
            row["status"],
            row.get("reason") or "",
            row.get("message") or "",
            as_utc(row.get("lastTransitionTime")),
        )
        for row in status.get("conditions") or ()
    )


def container(spec: Row, status: Row, *, is_init: bool = False) -> Container:
    """A container as it was asked for and as it is; the API tells at most one state."""
    state = within(status, "state")
    name = next(iter(state), "")
    now = within(state, name)
    last = within(within(status, "lastState"), "terminated")
    resources = within(spec, "resources")
    return Container(
        name=spec["name"],
        image=spec.get("image") or "",
        is_init=is_init,
        state=name,
        reason=now.get("reason") or "",
        message=now.get("message") or "",
        exit_code=now.get("exitCode"),
        restarts=status.get("restartCount") or 0,
        last_reason=last.get("reason") or "",
        last_exit_code=last.get("exitCode"),
        last_finished=as_utc(last.get("finishedAt")),
        requests=within(resources, "requests"),
        limits=within(resources, "limits"),
    )


def _containers(spec: Row, status: Row, prefix: str) -> tuple[Container, ...]:
    specs: Sequence[Row] = spec.get(f"{prefix}Containers" if prefix else "containers") or ()
    statuses: Sequence[Row] = status.get(f"{prefix}ContainerStatuses" if prefix else "containerStatuses") or ()
    by_name = {row["name"]: row for row in statuses}
    return tuple(container(each, by_name.get(each["name"], {}), is_init=bool(prefix)) for each in specs)


def _last_seen(row: Row, series: Row) -> datetime | None:
    told = (
        series.get("lastObservedTime"),
        row.get("lastTimestamp"),
        row.get("eventTime"),
        row["metadata"].get("creationTimestamp"),
    )
    return as_utc(next((time for time in told if time), None))


def _taint(row: Row) -> str:
    value = f"={row['value']}" if row.get("value") else ""
    return f"{row['key']}{value}:{row['effect']}"
