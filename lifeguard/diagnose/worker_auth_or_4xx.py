"""worker-auth-or-4xx: the API refuses a worker, and the first refusal of a poll ends it (PrefectHQ/prefect#17971; 3.9.1)."""

from lifeguard.diagnose.log_signs import heard, of_silenced_pools
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding


def worker_auth_or_4xx(scene: Scene) -> list[Finding]:
    """Find refusals in a worker's log; what refuses Lifeguard itself ends the look with a sentence of its own."""
    said = heard(scene, "worker-auth-or-4xx")
    return of_silenced_pools(scene, said) if said else []
