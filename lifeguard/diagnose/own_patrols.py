"""Lifeguard's own patrols among the runs that were seen: which deployments make them, and how late they are."""

from collections.abc import Iterator
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import OWN_TAG, Deployment, Run

PATROL_FLOW = "patrol"


def patrol_deployments(scene: Scene) -> list[Deployment]:
    """The deployments of which a patrol runs, is due or comes soon, by name: one that nothing schedules watches nothing."""
    ids = {run.deployment_id for run in _own_runs(scene)}
    found = [each for each in scene.snapshot.deployments.values() if each.id in ids and _is_patrol(each)]
    return sorted(found, key=lambda each: (each.full_name, each.id))


def latest_patrol(scene: Scene, deployment: Deployment) -> Run | None:
    """The patrol of a deployment that is late by most: one that should have begun, or that runs and began late."""
    own = [run for run in _own_runs(scene) if run.deployment_id == deployment.id and began_late_by(scene, run) > 0]
    return max(own, key=lambda run: (began_late_by(scene, run), run.id), default=None)


def began_late_by(scene: Scene, run: Run) -> float:
    """How many seconds after its time it began, or has not begun yet."""
    if not run.is_running:
        return run.overdue_seconds(scene.now)
    is_first_attempt = run.started and run.expected_start and run.run_count <= 1
    return _seconds_between(run.expected_start, run.started) if is_first_attempt else 0.0


def _own_runs(scene: Scene) -> Iterator[Run]:
    return (run for run in (*scene.snapshot.waiting, *scene.snapshot.active) if OWN_TAG in run.tags)


def _is_patrol(deployment: Deployment) -> bool:
    return deployment.flow_name == PATROL_FLOW


def _seconds_between(expected: datetime | None, began: datetime | None) -> float:
    return max(0.0, (began - expected).total_seconds()) if expected and began else 0.0
