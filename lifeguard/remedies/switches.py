"""What is paused or switched off, and is switched on again."""

from urllib.parse import quote

from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from lifeguard.fixable import is_addressable
from lifeguard.remedies.proposal import Proposal
from lifeguard.remedies.steps import Call, Switch

UNADDRESSABLE = "work pool '{name}': Prefect's API cannot be asked for a work pool of such a name"
MANY_SCHEDULES = "{number} schedules of deployment '{name}': which of them are wanted only people know"
ON_PURPOSE = "It may be so on purpose: ask whoever did it"


def resume_pool(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """The work pool; it has no path but that of its name."""
    name = finding.resource.name
    if not is_addressable(name):
        return Proposal(untouched=(UNADDRESSABLE.format(name=name),))
    path = f"work_pools/{quote(name, safe='')}"
    call = Call("PATCH", path, {"is_paused": False})
    return _one(Switch(f"work pool '{name}'", finding.resource.id, path, "is_paused", call))


def resume_queue(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """The work queue, by its id."""
    path = f"work_queues/{finding.resource.id}"
    what = f"work queue '{finding.resource.name}' of work pool '{finding.pool_name}'"
    return _one(Switch(what, finding.resource.id, path, "is_paused", Call("PATCH", path, {"is_paused": False})))


def resume_deployment(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """The deployment."""
    path = f"deployments/{finding.resource.id}"
    what, call = f"deployment '{finding.resource.name}'", Call("POST", f"{path}/resume_deployment", {})
    return _one(Switch(what, finding.resource.id, path, "paused", call))


def switch_schedule_on(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """The schedule of a deployment that has only one."""
    id, name = finding.resource.id, finding.resource.name
    seen = next((each for each in scene.snapshot.stopped_schedules if each.deployment_id == id), None)
    if seen is None or seen.schedules != 1:
        number = seen.schedules if seen else "the"
        return Proposal(untouched=(MANY_SCHEDULES.format(number=number, name=name),))
    path = f"deployments/{id}/schedules"
    call = Call("PATCH", f"{path}/{seen.first_schedule_id}", {"active": True})
    return _one(Switch(f"the schedule of deployment '{name}'", seen.first_schedule_id, path, "active", call))


def _one(step: Switch) -> Proposal:
    return Proposal((step,), cautions=(ON_PURPOSE,))
