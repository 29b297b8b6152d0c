"""k8s-node-lost: the node that runs a run's pod no longer answers. Only the cluster shows it; Prefect still sees a run."""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-node-lost",
    (
        "See which nodes are not ready: kubectl get nodes",
        "Kubernetes takes the pod for lost after 5 min; the run then crashes, or has to be ended by hand",
    ),
)


def k8s_node_lost(scene: Scene) -> list[Finding]:
    """Find it by deployment: critical when the node does not come back."""
    return in_trouble(scene, KIND)
