"""k8s-node-lost: the node of a run's pod no longer answers, so that nobody knows whether the run still goes on.

Kubernetes takes the pods of such a node away after 5 minutes by default, and cannot end them while the node is silent.
"""

from lifeguard.cluster import Condition, Node
from lifeguard.diagnose.kubernetes.sight import ENDED_PHASES, Sight, condition
from lifeguard.diagnose.kubernetes.telling import describe_pod, tell
from lifeguard.diagnose.words import at
from lifeguard.escaping import command
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-node-lost"
LOST = "NodeLost"
ENDS_WITHIN_SECONDS = 60
"""A pod that is deleted is gone at the time in `deletionTimestamp`, which holds its grace already, or soon after."""


def stranded(sight: Sight) -> PodTrouble | None:
    """Find a pod that has not ended on a node that is not ready, or is gone."""
    pod = sight.pod
    if pod is None or pod.phase in ENDED_PHASES or not (sight.run.is_pending or sight.run.is_running):
        return None
    ready = condition(sight.node.conditions, "Ready") if sight.node else None
    if sight.node and ready and ready.status in ("False", "Unknown"):
        return _on_lost_node(sight, sight.node, ready)
    if _is_gone(sight):
        says = f"node '{pod.node_name}' is no longer in the cluster, and the pod is still counted on it"
        return _told(sight, says, f'nodes "{pod.node_name}" not found', None)
    if pod.reason == LOST or pod.phase == "Unknown":
        says = f"node '{pod.node_name or 'unknown'}' of the pod does not answer"
        lost = sight.condition("Ready")
        return _told(sight, says, pod.message or pod.reason or pod.phase, lost)
    if sight.is_older(pod.deleted, ENDS_WITHIN_SECONDS):
        says = f"the pod was to be gone at {at(pod.deleted)} and is still there: its node does not end it"
        return _told(sight, says, "Terminating", None)
    return None


def _on_lost_node(sight: Sight, node: Node, ready: Condition) -> PodTrouble:
    how = "does not answer" if ready.status == "Unknown" else "is not ready"
    since = f" since {at(ready.since)}" if ready.since else ""
    return _told(
        sight, f"node '{node.name}' of the pod {how}{since}", ready.message or ready.reason or ready.status, ready
    )


def _is_gone(sight: Sight) -> bool:
    """Whether the pod's node is missing from a list that is whole."""
    cluster = sight.cluster
    return bool(sight.pod and sight.pod.node_name and cluster.nodes and cluster.sees("nodes") and sight.node is None)


def _told(sight: Sight, says: str, words: str, ready: Condition | None) -> PodTrouble:
    name = sight.pod.node_name if sight.pod else None
    pressure = [
        each.type
        for each in (sight.node.conditions if sight.node else ())
        if each.type != "Ready" and each.status == "True"
    ]
    evidence = {
        **({"node_ready": ready.status, "node_reason": ready.reason} if ready else {}),
        **({"node_pressure": ", ".join(pressure)} if pressure else {}),
    }
    return tell(sight, CODE, says, words, ready.since if ready else None, evidence, _remedy(sight, name))


def _remedy(sight: Sight, node: str | None) -> tuple[str, ...]:
    return (
        *((command("kubectl describe node", node),) if node else ()),
        describe_pod(sight),
        "Bring the node back, or delete it if its machine is gone: Kubernetes then takes its pods away",
    )
