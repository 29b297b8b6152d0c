"""How a Kubernetes Deployment of workers fares: what keeps every one of its pods from working, in Kubernetes' own words.

A worker that crashes flips between running, terminated and waiting, and its Deployment between available and not
(recorded: `Available=True` beside three ends out of memory), so its restarts come before what it is just now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.cluster import Cluster, Condition, Container, Pod, WorkerDeployment
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, is_older
from lifeguard.escaping import command
from lifeguard.facts import Pool

CRASHES = 3
"""So many restarts are no accident: the first may be of a worker that came up before the Prefect server did."""

HEALED_AFTER_SECONDS = 600.0
"""Kubernetes forgets the crashes of a container that has run for 10 minutes (its own back-off begins anew)."""

STARTING_SECONDS = 120.0
"""A Deployment that rolls out may need a node and an image first."""

NO_IMAGE = frozenset({"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
NOT_MADE = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
OUT_OF_MEMORY = "OOMKilled"


@dataclass(frozen=True, slots=True)
class WorkerTrouble:
    """Why no pod of a Deployment works. `says` goes after its name; `words` are Kubernetes'; `pod` is the one to look at."""

    deployment: WorkerDeployment
    says: str
    words: str
    is_wanted: bool = False
    is_crash: bool = False
    is_out_of_memory: bool = False
    pod: Pod | None = None
    container: Container | None = None

    @property
    def name(self) -> str:
        """The Deployment with its namespace."""
        return f"{self.deployment.namespace}/{self.deployment.name}"


def deployments_of(scene: Scene, pool: Pool) -> tuple[WorkerDeployment, ...]:
    """The Deployments of workers of a pool, in the clusters that are looked into for it."""
    seen = (each for cluster in clusters_of(scene, pool) for each in cluster.deployments)
    return tuple(each for each in seen if each.pool_name == pool.name)


def clusters_of(scene: Scene, pool: Pool) -> Iterator[Cluster]:
    """The clusters that are looked into for a pool; another one may serve a pool of that name on another server."""
    return (cluster for cluster in scene.snapshot.clusters if pool.name in cluster.pools)


def troubles_of(scene: Scene, pool: Pool) -> tuple[WorkerTrouble, ...]:
    """Those of all Deployments of a pool where none of them works, the one that tells most first; else none."""
    deployments = deployments_of(scene, pool)
    troubles = [trouble for each in deployments if (trouble := trouble_of(scene, each))]
    if len(troubles) < len(deployments):
        return ()
    return tuple(sorted(troubles, key=lambda each: (each.is_wanted, not each.is_crash, each.name)))


def trouble_of(scene: Scene, deployment: WorkerDeployment) -> WorkerTrouble | None:
    """What keeps all of it from working; None where some pod works, or has had no time to begin."""
    if deployment.replicas == 0:
        return WorkerTrouble(deployment, _scaled_to_zero(deployment), "spec.replicas: 0", is_wanted=True)
    deployment = replace(deployment, pods=tuple(pod for pod in deployment.pods if pod.deleted is None))
    if any(_works(scene, deployment, pod) for pod in deployment.pods):
        return None
    crash = _crash(scene, deployment)
    if crash or deployment.available > 0:
        return crash
    return _of_pods(scene, deployment) or _of_conditions(scene, deployment)


def _scaled_to_zero(deployment: WorkerDeployment) -> str:
    scaler = f"its autoscaler '{deployment.autoscaled_by}'" if deployment.autoscaled_by else "an autoscaler"
    return f"is scaled to zero, on purpose or by {scaler}"


def _containers(deployment: WorkerDeployment, pod: Pod) -> Iterable[Container]:
    """The worker's own container, not those beside it; all where none bears its name."""
    own = deployment.container.name if deployment.container else ""
    return [each for each in pod.containers if each.name == own] or [
        each for each in pod.containers if not each.is_init
    ]


def _works(scene: Scene, deployment: WorkerDeployment, pod: Pod) -> bool:
    is_ready = all(each.status == "True" for each in pod.conditions if each.type == "Ready")
    own = list(_containers(deployment, pod))
    running = any(each.state == "running" for each in own)
    return is_ready and running and not any(_is_crashing(scene, each) for each in own)


def _is_crashing(scene: Scene, container: Container) -> bool:
    if container.restarts < CRASHES:
        return False
    if container.state != "running":
        return True
    return container.last_finished is not None and not is_older(scene, container.last_finished, HEALED_AFTER_SECONDS)


def _crash(scene: Scene, deployment: WorkerDeployment) -> WorkerTrouble | None:
    crashing = [(each, pod) for pod in deployment.pods for each in pod.containers if _is_crashing(scene, each)]
    if not crashing:
        return None
    container, pod = max(crashing, key=lambda found: (found[0].restarts, found[1].name))
    is_out_of_memory = OUT_OF_MEMORY in (container.reason, container.last_reason)
    return WorkerTrouble(
        deployment,
        _out_of_memory(deployment, container) if is_out_of_memory else _crashes(container),
        _one_line(container.reason, container.message) or _last_end(container),
        is_crash=True,
        is_out_of_memory=is_out_of_memory,
        pod=pod,
        container=container,
    )


def _out_of_memory(deployment: WorkerDeployment, container: Container) -> str:
    limit = memory_limit(deployment, container)
    of = f" of {limit}" if limit else ""
    return f"is killed again and again, as it needs more memory than its limit{of} ({container.restarts} restarts)"


def memory_limit(deployment: WorkerDeployment, container: Container | None) -> str | None:
    """What the container may take, as Kubernetes writes it."""
    asked = (container, deployment.container)
    return next((each.limits["memory"] for each in asked if each and "memory" in each.limits), None)


def _crashes(container: Container) -> str:
    code = container.exit_code if container.state == "terminated" else container.last_exit_code
    last = f", the last with exit code {code}" if code is not None else ""
    return f"crashes again and again ({container.restarts} restarts{last})"


def _last_end(container: Container) -> str:
    return f"{container.last_reason or 'terminated'}, exit code {container.last_exit_code}, at {at(container.last_finished)}"


def _of_pods(scene: Scene, deployment: WorkerDeployment) -> WorkerTrouble | None:
    """The first of its pods that says why it does not begin, once it has had the time to."""
    old = (pod for pod in deployment.pods if is_older(scene, pod.created, STARTING_SECONDS))
    return next((found for pod in old if (found := _of_pod(deployment, pod))), None)


def _of_pod(deployment: WorkerDeployment, pod: Pod) -> WorkerTrouble | None:
    unscheduled = _condition(pod.conditions, "PodScheduled", "False")
    if unscheduled:
        words = _one_line(unscheduled.reason, unscheduled.message)
        return WorkerTrouble(deployment, "has a pod that fits on no node", words, pod=pod)
    waiting = (each for each in pod.containers if each.state == "waiting")
    return next((found for each in waiting if (found := _of_waiting(deployment, pod, each))), None)


def _of_waiting(deployment: WorkerDeployment, pod: Pod, container: Container) -> WorkerTrouble | None:
    words = _one_line(container.reason, container.message)
    if container.reason in NO_IMAGE:
        says = f"cannot pull its image '{container.image}'"
    elif container.reason in NOT_MADE:
        says = "has a container that cannot be made"
    else:
        return None
    return WorkerTrouble(deployment, says, words, pod=pod, container=container)


def _of_conditions(scene: Scene, deployment: WorkerDeployment) -> WorkerTrouble | None:
    """What the Deployment itself says: that its pods are refused, or only that none is available, and for how long."""
    refused = _condition(deployment.conditions, "ReplicaFailure", "True")
    if refused:
        return WorkerTrouble(
            deployment, "may not make its pods: Kubernetes refuses them", _one_line(refused.reason, refused.message)
        )
    missing = _condition(deployment.conditions, "Available", "False")
    if missing and _has_lasted(scene, missing.since):
        says = f"has no pod available since {at(missing.since)}"
        pod = deployment.pods[0] if deployment.pods else None
        return WorkerTrouble(deployment, says, _one_line(missing.reason, missing.message), pod=pod)
    return None


def _has_lasted(scene: Scene, since: datetime | None) -> bool:
    return is_older(scene, since, STARTING_SECONDS)


def _condition(conditions: Iterable[Condition], type: str, status: str) -> Condition | None:
    return next((each for each in conditions if each.type == type and each.status == status), None)


def _one_line(reason: str, message: str) -> str:
    return ": ".join(part for part in (reason, " ".join(message.split())) if part)


def look_closer(trouble: WorkerTrouble) -> tuple[str, ...]:
    """The commands that show the same in Kubernetes."""
    of = trouble.deployment
    whole = command("kubectl describe deployment", of.name, namespace=of.namespace)
    if trouble.pod is None:
        return (whole,)
    if trouble.is_crash and trouble.container and not trouble.is_out_of_memory:
        own = trouble.container.name
        logs = command("kubectl logs --previous", trouble.pod.name, namespace=of.namespace, container=own)
        return (logs, f"What is known of such lines: {logs} | lifeguard signatures -")
    return (command("kubectl describe pod", trouble.pod.name, namespace=of.namespace), whole)
