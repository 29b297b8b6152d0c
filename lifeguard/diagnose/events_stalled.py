"""events-stalled: the server takes events and keeps none, so that nothing can be looked up, and no message be proven.

Every change of a run's state makes an event, stored 2 to 5 s later on a healthy server (Prefect 3.8.8 and 3.9.1).
"""

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, may_be_judged, of_server
from lifeguard.diagnose.words import at
from lifeguard.findings import Finding, Severity


def events_stalled(scene: Scene) -> list[Finding]:
    """Find a server that keeps no event at all since a change of state that made one."""
    services = scene.snapshot.server.settings.services
    events = scene.snapshot.services.events
    if events is None or events.number or not may_be_judged(scene, services.event_persister_enabled):
        return []
    return [
        Finding(
            code="events-stalled",
            severity=Severity.WARNING,
            resource=of_server(scene),
            title=f"The server no longer stores events: none is kept since {at(events.since)}, when {events.change}",
            evidence={"events_since": events.number, "since": events.since, "change": events.change},
            remedy=(
                *RESTART,
                "Until then pages may go out unproven, or not at all: lifeguard page --test",
            ),
            is_confirmed=False,
        )
    ]
