"""What keeps the pods of runs from beginning, or killed them, whoever said it: the cluster and Prefect put together.

The cluster goes first: it says what is now. What Prefect was told may be over, and fills the gaps.
"""

from lifeguard.diagnose.cluster_troubles import cluster_troubles
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.told_troubles import told_troubles
from lifeguard.facts import OWN_TAG, Run
from lifeguard.pod_trouble import PodTrouble, Troubles


def troubles(scene: Scene) -> Troubles:
    """The trouble of each run that has one, by its id; Lifeguard's own runs are left out."""
    return scene.once(_merged)


def waiting_troubles(scene: Scene) -> Troubles:
    """Those of runs that still wait."""
    return {id: trouble for id, trouble in troubles(scene).items() if not trouble.is_over}


def is_seen(scene: Scene, run: Run) -> bool:
    """Whether a cluster showed a pod of this run, so that what Prefect was told before does not count."""
    shown = scene.once(_shown_pods)
    return (run.pool_name, run.id) in shown or (run.pool_name, run.infrastructure_id) in shown


def _shown_pods(scene: Scene) -> frozenset[tuple[str | None, str | None]]:
    """By pool, the runs and the Jobs whose pods were shown; labels with names are cut and slugified, so ids join."""
    return frozenset(
        (pool, key)
        for cluster in scene.snapshot.clusters
        for pod in cluster.pods
        for key in (pod.run_id, f"{pod.namespace}:{pod.job_name}" if pod.job_name else None)
        for pool in cluster.pools
        if key
    )


def _merged(scene: Scene) -> Troubles:
    shown = cluster_troubles(scene)
    told = [each for each in told_troubles(scene).values() if each.run_id not in shown]
    kept = (*shown.values(), *(each for each in told if not _is_out_of_date(scene, each)))
    return {each.run_id: each for each in kept if _is_of_others(scene, each)}


def _is_of_others(scene: Scene, trouble: PodTrouble) -> bool:
    run = scene.runs_by_id.get(trouble.run_id)
    return run is not None and OWN_TAG not in run.tags


def _is_out_of_date(scene: Scene, told: PodTrouble) -> bool:
    run = scene.runs_by_id.get(told.run_id)
    return run is not None and not told.is_over and is_seen(scene, run)
