"""What the server hears of a fix, so that it stands in the event feed of the Prefect UI beside the incident's own events."""

from uuid import uuid4

from lifeguard.findings import Finding
from lifeguard.fixes import Fix
from lifeguard.observe.api import Api
from lifeguard.page.events import INCIDENT_PREFIX, Event, iso, related, shown
from lifeguard.page.post import post_events

APPLIED = "lifeguard.remedy.applied"
STEPS_TOLD = 20


async def tell_fix(api: Api, fix: Fix, finding: Finding) -> None:
    """Post it; raises `CallFailed`. No rule of ours pages because of it."""
    await post_events(api, [remedy_event(fix, finding)])


def remedy_event(fix: Fix, finding: Finding) -> Event:
    """An event on the resource of the incident, whether or not one is open."""
    return {
        "id": str(uuid4()),
        "occurred": iso(fix.at),
        "event": APPLIED,
        "resource": {
            "prefect.resource.id": f"{INCIDENT_PREFIX}{fix.fingerprint}",
            "prefect.resource.name": shown(fix.resource.name),
            "lifeguard.code": fix.code,
        },
        "related": related(finding),
        "payload": {
            "incident": fix.incident_id,
            "code": fix.code,
            "held": fix.held,
            "steps": [
                {"what": shown(step.what), "fate": step.fate.value, "why": shown(step.why)}
                for step in fix.steps[:STEPS_TOLD]
            ],
            "steps_in_all": len(fix.steps),
        },
    }
