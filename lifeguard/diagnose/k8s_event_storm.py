"""k8s-event-storm: the worker's observer of Kubernetes has more events of pods than it can pass on (PrefectHQ/prefect#19026).

Every worker of a cluster observes all pods of it; above some thousand runs they cost more than the work itself.
"""

from lifeguard.diagnose.log_signs import heard, only_logged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding


def k8s_event_storm(scene: Scene) -> list[Finding]:
    """Find it in a worker's log, the only place where it can be seen."""
    said = heard(scene, "k8s-event-storm")
    return [only_logged(scene, said)] if said else []
