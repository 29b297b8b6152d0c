"""k8s-oom-evicted-crashloop: the container of a run dies: out of memory, evicted, or of its own command.

Prefect's message `No active or succeeded pods found for any job` says only that (PrefectHQ/prefect#21022), and its event
`evicted` is sent of any container that failed: the reason in it tells what it died of.
"""

from lifeguard.diagnose.pods_in_trouble import Kind, in_trouble
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

KIND = Kind(
    "k8s-oom-evicted-crashloop",
    (
        "OOMKilled: raise the memory limit of the Job. Evicted: raise what it requests, so that it gets a node with room",
        "Otherwise its command failed, or could not be started: read what it wrote, and see its image and command",
    ),
)


def k8s_oom_evicted_crashloop(scene: Scene) -> list[Finding]:
    """Find it by deployment: critical when so many starts in a row ended so, or the container goes on dying."""
    return in_trouble(scene, KIND)
