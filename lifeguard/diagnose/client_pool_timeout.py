"""client-pool-timeout: a process has more to ask than connections to ask with, mostly a worker with many runs at once.

Five repetitions are made, then the call fails; polls fail with it, and the pool is served badly (PrefectHQ/prefect#18584).
"""

from lifeguard.diagnose.log_signs import heard, only_logged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding


def client_pool_timeout(scene: Scene) -> list[Finding]:
    """Find it in a worker's log, or in the logs of runs whose own client had to wait."""
    said = heard(scene, "client-pool-timeout")
    return [only_logged(scene, said)] if said else []
