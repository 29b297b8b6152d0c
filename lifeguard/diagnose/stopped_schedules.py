"""What a paused deployment and one whose schedules are off have in common: runs came by schedule lately, and none come now."""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import in_pool
from lifeguard.facts import Deployment, StoppedSchedule
from lifeguard.findings import Evidence


def stopped(scene: Scene, is_paused: bool) -> list[tuple[Deployment, StoppedSchedule]]:
    """The deployments that are paused, or those whose schedules are all off."""
    chosen = (each for each in scene.snapshot.stopped_schedules if each.is_paused is is_paused)
    named = ((scene.snapshot.deployments.get(each.deployment_id), each) for each in chosen)
    return [(deployment, each) for deployment, each in named if deployment]


def evidence(deployment: Deployment, seen: StoppedSchedule) -> Evidence:
    """What proves it."""
    return {
        **in_pool(deployment.pool_name),
        "schedules": seen.schedules,
        "is_paused": seen.is_paused,
        "last_scheduled_run": seen.last_expected,
    }
