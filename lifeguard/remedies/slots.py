"""Limits that have lost count of their slots: the counter is set to what is really held."""

from lifeguard.diagnose.scene import DEPLOYMENT_LIMIT_PREFIX, Scene
from lifeguard.findings import Finding
from lifeguard.remedies.proposal import Proposal
from lifeguard.remedies.steps import SetSlots

LEASES_LAST = (
    "Do it once the leak is older than 5 min: a lease that is still to run out would give its slot back a second time"
)
"""`initial_deployment_lease_duration` is 300 s (Prefect 3.9.1); those of task runs last 60 s."""


def of_deployment(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """That of a deployment."""
    return _counter(scene, f"{DEPLOYMENT_LIMIT_PREFIX}{finding.resource.id}")


def of_tag(finding: Finding, scene: Scene, again: bool) -> Proposal:
    """That of a tag, whose name is the limit's."""
    return _counter(scene, finding.resource.name)


def _counter(scene: Scene, limit_name: str) -> Proposal:
    limit, leak = scene.limits_by_name.get(limit_name), scene.leaks.get(limit_name)
    if limit is None or leak is None:
        return Proposal()
    page_size = scene.snapshot.server.settings.page_size
    return Proposal((SetSlots(limit, leak.active_slots, leak.held, page_size),), cautions=(LEASES_LAST,))
