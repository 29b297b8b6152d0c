"""What `lifeguard arm` tells the server once its rules are there, by which patrols that never ran at all are noticed."""

from datetime import datetime
from uuid import uuid4

import anyio

from lifeguard.observe.api import Api
from lifeguard.page.events import PATROL_NAME, PATROL_RESOURCE, Event, iso
from lifeguard.page.post import post_events

ARMED = "lifeguard.armed"
LOADED_AFTER_SECONDS = 1.0
"""The server loads a rule a little after it has answered: 47 of 60 events that were posted at once met no rule (Prefect
3.8.8 and 3.9.1 with SQLite). With PostgreSQL a notification comes in between."""


async def announce(api: Api, pagers: int, now: datetime, wait_seconds: float = LOADED_AFTER_SECONDS) -> None:
    """Say that so many pagers are armed, once the rules are loaded; raises `CallFailed`. More than once does no harm."""
    await anyio.sleep(wait_seconds)
    await post_events(api, [armed_event(pagers, now)])


def armed_event(pagers: int, now: datetime) -> Event:
    """An event on the resource of the heartbeat, since one rule waits for either."""
    return {
        "id": str(uuid4()),
        "occurred": iso(now),
        "event": ARMED,
        "resource": {"prefect.resource.id": PATROL_RESOURCE, "prefect.resource.name": PATROL_NAME},
        "related": [],
        "payload": {"pagers": pagers},
    }
