"""Deployments that run workers, told by the command of a container: `prefect worker start --pool NAME`. Pure."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lifeguard.cluster import Pod, WorkerDeployment
from lifeguard.observe.cluster.answers import Row, conditions, container, parts, within

STARTS_A_WORKER = ("worker", "start")
POOL_OPTIONS = ("--pool", "-p")


def worker_deployment(row: Row) -> WorkerDeployment | None:
    """The Deployment, without its pods; None where it runs no worker, or one whose pool is not told."""
    metadata, spec, status = parts(row)
    specs: Sequence[Row] = spec["template"]["spec"].get("containers") or ()
    for each in specs:
        pool_name = _pool_named(_words(each))
        if pool_name:
            return WorkerDeployment(
                namespace=metadata["namespace"],
                name=metadata["name"],
                pool_name=pool_name,
                replicas=spec.get("replicas", 1),
                available=status.get("availableReplicas") or 0,
                container=container(each, {}),
                has_liveness_probe=bool(each.get("livenessProbe")),
                conditions=conditions(status),
            )
    return None


def labels_of_pods(row: Row) -> Mapping[str, str]:
    """The labels by which a Deployment knows its pods."""
    return within(within(row["spec"], "selector"), "matchLabels")


def selector_of_pods(rows: Iterable[Row]) -> str:
    """One label selector for the pods of several Deployments of a namespace: what all of them ask for, with any of the values.

    It may choose more than theirs; empty where they have nothing in common.
    """
    wanted = [labels_of_pods(row) for row in rows]
    common = [key for key in (wanted[0] if wanted else ()) if all(key in labels for labels in wanted)]
    values = {key: sorted({labels[key] for labels in wanted}) for key in common}
    return ",".join(f"{key} in ({','.join(values[key])})" for key in sorted(values))


def has_labels(pod: Pod, labels: Mapping[str, str]) -> bool:
    """Whether a Deployment with these labels has this pod."""
    return bool(labels) and all(pod.labels.get(key) == value for key, value in labels.items())


def autoscalers(rows: Iterable[Row]) -> Mapping[tuple[str, str], str]:
    """Which HorizontalPodAutoscaler scales which Deployment, by the namespace and the name of the Deployment."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        target, metadata = row["spec"]["scaleTargetRef"], row["metadata"]
        if target.get("kind") == "Deployment":
            found[metadata["namespace"], target["name"]] = metadata["name"]
    return found


def _words(spec: Row) -> list[str]:
    """The words of the command line; a shell's script is one argument, and is taken apart too."""
    return [word for part in (*(spec.get("command") or ()), *(spec.get("args") or ())) for word in _split(part)]


def _split(part: str) -> list[str]:
    try:
        return shlex.split(part) if " " in part.strip() else [part]
    except ValueError:
        return part.split()


def _pool_named(words: Sequence[str]) -> str | None:
    if not any(tuple(pair) == STARTS_A_WORKER for pair in pairwise(words)):
        return None
    for place, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option in POOL_OPTIONS:
            return value if equals else next(iter(words[place + 1 : place + 2]), None)
    return None
