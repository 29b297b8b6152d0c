"""What keeps the pods of runs from beginning, or killed them, whoever said it: the cluster and Prefect put together.

The cluster goes first: it says what is now. What Prefect was told may be over, and fills the gaps.
"""

from collections.abc import Iterable

from lifeguard.cluster import Cluster
from lifeguard.diagnose.cluster_troubles import cluster_troubles
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.told_troubles import told_troubles
from lifeguard.facts import OWN_TAG, Run
from lifeguard.pod_trouble import PodTrouble, Troubles

PODS = "pods"


def troubles(scene: Scene) -> Troubles:
    """The trouble of each run that has one, by its id; Lifeguard's own runs are left out."""
    return scene.once(_merged)


def waiting_troubles(scene: Scene) -> Troubles:
    """Those of runs that still wait."""
    return {id: trouble for id, trouble in troubles(scene).items() if not trouble.is_over}


def is_seen(scene: Scene, run: Run) -> bool:
    """Whether a cluster showed a pod of this run, so that what Prefect was told before does not count."""
    return any(_has_pod_of(cluster, run) for cluster in scene.snapshot.clusters if run.pool_name in cluster.pools)


def _merged(scene: Scene) -> Troubles:
    runs, shown = scene.runs_by_id, cluster_troubles(scene)
    told = (each for each in told_troubles(scene).values() if each.run_id not in shown)
    old = (each for each in told if each.is_over or not _is_out_of_date(scene, each))
    return {each.run_id: each for each in _of_others(scene, (*shown.values(), *old)) if each.run_id in runs}


def _of_others(scene: Scene, found: Iterable[PodTrouble]) -> list[PodTrouble]:
    runs = scene.runs_by_id
    return [each for each in found if each.run_id in runs and OWN_TAG not in runs[each.run_id].tags]


def _is_out_of_date(scene: Scene, told: PodTrouble) -> bool:
    run = scene.runs_by_id.get(told.run_id)
    return run is not None and is_seen(scene, run)


def _has_pod_of(cluster: Cluster, run: Run) -> bool:
    """By the run's id, else by its Job: labels with names are cut and slugified."""
    namespace, _, job = (run.infrastructure_id or "").partition(":")
    return any(
        pod.run_id == run.id or (pod.job_name == job and pod.namespace == namespace and bool(job))
        for pod in cluster.pods
        if cluster.sees(PODS, pod.namespace)
    )
