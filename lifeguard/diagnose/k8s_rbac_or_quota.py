"""k8s-rbac-or-quota: Kubernetes refuses the Job of a run, or its pod: a right, a quota, a limit range, a service account.

A refused Job crashes the run, and its state says why (prefect-helm#471). Of a refused pod Prefect is told nothing: only the
cluster shows that (PrefectHQ/prefect#5133).
"""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-rbac-or-quota",
    (
        "Raise the quota, let the Job ask for less, or give the worker's service account the right to make Jobs there",
        "Where only the pod is refused Kubernetes tries again, after 6 min at most",
    ),
)


def k8s_rbac_or_quota(scene: Scene) -> list[Finding]:
    """Find it by deployment: critical when it lasts, or when so many starts in a row were refused."""
    return in_trouble(scene, KIND)
