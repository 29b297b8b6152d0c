"""How a trouble is told: Kubernetes' words in one line, the commands that show it, and the steps that mend it."""

import re
from collections.abc import Mapping
from datetime import datetime

from lifeguard.cluster import RUN_LABEL
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.escaping import command, shortened
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import BY_THE_CLUSTER, PodTrouble

WORDS_LENGTH = 1000
"""Kubernetes cuts the message of an event at 1,024 characters; a status may be longer."""
TEMPLATE = "template.json"
USER_IN_ADDRESS = re.compile(r"(?<=://)[^\s/@\"']+@")
QUERY_OF_ADDRESS = re.compile(r"(\w://[^\s?\"']+\?)[^\s\"']+")
NOT_IN_KEYS = re.compile(r"\W")


def one_line(text: str) -> str:
    """Kubernetes' words in one line. Addresses lose user and query: a registry may put a signature or a password there."""
    line = " ".join(text.split())
    return shortened(QUERY_OF_ADDRESS.sub(r"\1…", USER_IN_ADDRESS.sub("", line)), WORDS_LENGTH)


def tell(
    sight: Sight,
    code: str,
    says: str,
    words: str,
    since: datetime | None,
    evidence: Evidence,
    remedy: tuple[str, ...],
) -> PodTrouble:
    """The trouble of a run, with where it was seen as evidence."""
    place: Mapping[str, str | None] = {
        "cluster": sight.cluster.name,
        "namespace": sight.namespace or None,
        "job": sight.job_name or None,
        "pod": sight.pod.name if sight.pod else None,
        "node": sight.pod.node_name if sight.pod else None,
    }
    return PodTrouble(
        run_id=sight.run.id,
        code=code,
        says=says,
        words=one_line(words),
        since=since,
        seen_by=BY_THE_CLUSTER,
        is_over=not (sight.run.is_pending or sight.run.is_running),
        evidence={**{key: value for key, value in place.items() if value}, **evidence},
        remedy=remedy,
    )


def key(name: str) -> str:
    """A resource's name as the end of an evidence's key, which holds no dots."""
    return NOT_IN_KEYS.sub("_", name)


def describe_pod(sight: Sight) -> str:
    """The command that shows the pod with its events; by the run's id, which outlives the pod, where the pod bears it."""
    pod = sight.pod
    if pod and pod.run_id != sight.run.id:
        return command("kubectl describe pod", pod.name, namespace=sight.namespace)
    return of_run("kubectl describe pod", sight)


def of_run(words: str, sight: Sight) -> str:
    """A command about the pods of the run."""
    return command(words, namespace=sight.namespace, selector=f"{RUN_LABEL}={sight.run.id}")


def describe_job(sight: Sight) -> str:
    """The command that shows the Job with its events."""
    return command("kubectl describe job", sight.job_name, namespace=sight.namespace)


def show(kind: str, name: str, namespace: str | None = None) -> str:
    """The command that shows one object, or that it is not there."""
    return command("kubectl get", kind, name, namespace=namespace)


def mend_template(sight: Sight, what: str) -> tuple[str, ...]:
    """Where Prefect keeps what a pod is made of. A Job that exists stays as it is, so that a run which waits is run again."""
    template = command("prefect work-pool update", sight.run.pool_name or "", base_job_template=TEMPLATE)
    mend = f"{what}: in the job variables of the deployment, or for the whole pool in its base job template: {template}"
    return (
        (mend, "A Job stays as it was made: cancel what waits then, and run it again")
        if sight.run.is_pending
        else (mend,)
    )
