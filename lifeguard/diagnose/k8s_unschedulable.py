"""k8s-unschedulable: Kubernetes finds no node for the pod of a run (PrefectHQ/prefect#5133, #12071).

An autoscaler that adds a node takes 1 to 5 minutes; a pod that no node could ever hold waits without end, since nothing in
prefect-kubernetes 0.8.0 ends the waiting.
"""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-unschedulable",
    (
        "Have the Job ask for less, or for nodes that exist (cpu, memory, node selector, tolerations): prefect deploy",
        "Or add nodes: an autoscaler takes 1 to 5 min, and the pod begins by itself then",
    ),
    calm="pending_stuck_after_seconds",
    urgent="infrastructure_stuck_after_seconds",
)


def k8s_unschedulable(scene: Scene) -> list[Finding]:
    """Find it by deployment: information while a new node may come, critical when none does."""
    return in_trouble(scene, KIND)
