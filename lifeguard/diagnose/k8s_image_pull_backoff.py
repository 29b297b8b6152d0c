"""k8s-image-pull-backoff: the image of a run cannot be pulled (PrefectHQ/prefect#12986).

Kubernetes tries again for ever, every 5 minutes in the end. A single failed pull that is repeated and then right is no
matter, so it is only information in the first minute.
"""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-image-pull-backoff",
    (
        "Correct the image of the deployment or the work pool, push it, or give its namespace a pull secret, and deploy "
        "again: prefect deploy",
        "A run that waits keeps its old image: it begins only if that can be pulled after all",
    ),
    calm="unexplained_after_seconds",
)


def k8s_image_pull_backoff(scene: Scene) -> list[Finding]:
    """Find it by deployment: critical when it lasts."""
    return in_trouble(scene, KIND)
