"""What the server remembers of events."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from lifeguard.observe.api import Api

IDS_AT_ONCE = 20
NEXT = "events/filter/next"

EventRow = Mapping[str, Any]


async def events_because_of(api: Api, ids: Collection[str], names: Collection[str]) -> list[EventRow]:
    """Every event of these names that the server keeps as related to the events with these ids; raises `CallFailed`."""
    found: list[EventRow] = []
    for some in _portions(ids):
        related = {"id": [f"prefect.event.{id}" for id in some]}
        found += await every_event(api, {"event": {"name": list(names)}, "related": related})
    return found


async def stored_ids(api: Api, ids: Collection[str]) -> set[str]:
    """Those of these events that the server keeps; raises `CallFailed`."""
    found: set[str] = set()
    for some in _portions(ids):
        found |= {event["id"] for event in await every_event(api, {"id": {"id": some}})}
    return found


async def stored_since(api: Api, since: datetime, names: Collection[str] = ()) -> int:
    """How many events of these names, or of any, the server keeps that occurred since then; raises `CallFailed`."""
    named = {"event": {"name": list(names)}} if names else {}
    page = await api.post("events/filter", {"filter": {"occurred": {"since": since.isoformat()}, **named}, "limit": 1})
    return int(page["total"])


async def every_event(api: Api, wanted: Mapping[str, Any]) -> list[EventRow]:
    """All events of a filter; the server hands out 50 at a time (`INTERACTIVE_PAGE_SIZE`, Prefect 3.9.1)."""
    found, _ = await newest_events(api, wanted, pages=None)
    return found


async def newest_events(api: Api, wanted: Mapping[str, Any], pages: int | None) -> tuple[list[EventRow], bool]:
    """The events of a filter, newest first, of so many pages at most; and whether there are more. Raises `CallFailed`."""
    page = await api.post("events/filter", {"filter": wanted})
    found: list[EventRow] = list(page["events"])
    while page.get("next_page"):
        if pages is not None and pages <= 1:
            return found, True
        pages = pages and pages - 1
        _, _, token = str(page["next_page"]).partition(NEXT)
        page = await api.get(f"{NEXT}{token}")
        found += page["events"]
    return found, False


def _portions(ids: Collection[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + IDS_AT_ONCE] for start in range(0, len(ordered), IDS_AT_ONCE)]
