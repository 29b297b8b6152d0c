"""Runs of a deployment that ended before they started, one after the other, with no start since."""

from collections.abc import Iterable, Iterator

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.facts import OWN_TAG, Deployment, Run
from lifeguard.snapshot import LAST_STARTS


def in_a_row(scene: Scene, ended: Iterable[Run]) -> Iterator[tuple[Deployment, tuple[Run, ...]]]:
    """Each deployment with those of these runs that ended after its last start, oldest first; nothing where unseen."""
    if not scene.sees(LAST_STARTS):
        return
    others = (run for run in ended if OWN_TAG not in run.tags)
    ordered = sorted(others, key=lambda run: (run.ended or scene.now, run.id))
    for deployment_id, runs in grouped(ordered, lambda run: run.deployment_id or "").items():
        deployment = scene.snapshot.deployments.get(deployment_id)
        started = scene.snapshot.last_starts.get(deployment_id)
        since = tuple(run for run in runs if not started or not run.ended or run.ended > started)
        if deployment and since:
            yield deployment, since
