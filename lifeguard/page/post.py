"""Events to the server over HTTP, so that a failure is seen: the websocket loses them without a word."""

from collections.abc import Sequence

from lifeguard.observe.api import Api
from lifeguard.page.events import Event

EVENTS_AT_ONCE = 50


async def post_events(api: Api, events: Sequence[Event]) -> None:
    """Hand events to the server, in their order; raises `CallFailed`. What was handed over twice counts once."""
    for start in range(0, len(events), EVENTS_AT_ONCE):
        await api.change("POST", "events", list(events[start : start + EVENTS_AT_ONCE]))
