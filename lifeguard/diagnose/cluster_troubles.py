"""What clusters show of runs that do not begin, or died: one trouble for each run, the first in the order of the questions.

A run's pod is asked for first, then whether a node took it, whether that node is there, how its containers are, and last the
events; without a pod its Job is asked. Conditions and states come before events, which Kubernetes keeps for an hour.
"""

from collections.abc import Callable, Sequence

from lifeguard.diagnose.kubernetes.absent import podless
from lifeguard.diagnose.kubernetes.deaths import died
from lifeguard.diagnose.kubernetes.images import unpulled
from lifeguard.diagnose.kubernetes.lost_nodes import stranded
from lifeguard.diagnose.kubernetes.sight import Sight, sights
from lifeguard.diagnose.kubernetes.unmade_containers import unmade
from lifeguard.diagnose.kubernetes.unscheduled import unscheduled
from lifeguard.diagnose.scene import Scene
from lifeguard.pod_trouble import PodTrouble, Troubles

QUESTIONS: Sequence[Callable[[Sight], PodTrouble | None]] = (podless, unscheduled, stranded, unpulled, unmade, died)


def cluster_troubles(scene: Scene) -> Troubles:
    """The troubles by run; empty without clusters. Of two clusters for one pool, the first that shows a trouble counts."""
    found: dict[str, PodTrouble] = {}
    for cluster in scene.snapshot.clusters:
        for sight in sights(scene, cluster):
            if sight.run.id not in found and (trouble := _trouble(sight)):
                found[sight.run.id] = trouble
    return found


def _trouble(sight: Sight) -> PodTrouble | None:
    return next((trouble for ask in QUESTIONS if (trouble := ask(sight))), None)
