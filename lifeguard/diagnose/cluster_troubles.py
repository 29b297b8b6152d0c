"""What the cluster itself shows of the runs that wait or crashed in it."""

from lifeguard.diagnose.scene import Scene
from lifeguard.pod_trouble import PodTrouble, Troubles


def cluster_troubles(scene: Scene) -> Troubles:
    """By the run's id; nothing where no cluster could be looked into."""
    return dict[str, PodTrouble]()
