"""k8s-container-config: a container cannot be made, since its secret, config map or volume is missing (kubernetes#80466).

Prefect is told nothing of it: no label, no line. Only the cluster shows it, and the Job never fails of it.
"""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-container-config",
    ("Create what is missing in that namespace, and the pod begins by itself; or take it out of the job's template",),
)


def k8s_container_config(scene: Scene) -> list[Finding]:
    """Find it by deployment: critical when it lasts, since nothing ends the waiting."""
    return in_trouble(scene, KIND)
