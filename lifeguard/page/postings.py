"""From an outbox to the events that empty it, in their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lifeguard.incidents import Change
from lifeguard.page.events import Event, event_id, incident_event
from lifeguard.page.group_events import group_event
from lifeguard.pages import Outbox, Page


@dataclass(frozen=True, slots=True)
class Posting:
    """One event, the change that it tells for the first time, and the pages that it carries."""

    event: Event
    first: Change | None = None
    pages: tuple[Page, ...] = ()


def postings(outbox: Outbox, server: str) -> list[Posting]:
    """One for each change that was never told, and one for each further event that pages are assigned to."""
    carried = _by_event(page for page in outbox.pages if page.is_assigned)
    own = {event_id(change, server): change for change in outbox.untold}
    first = [_own(change, id, carried.get(id, ())) for id, change in own.items()]
    return [*first, *(_further(id, pages) for id, pages in carried.items() if id not in own)]


def _by_event(pages: Iterable[Page]) -> dict[str, tuple[Page, ...]]:
    found: dict[str, tuple[Page, ...]] = {}
    for page in pages:
        if page.event_id is not None:
            found[page.event_id] = (*found.get(page.event_id, ()), page)
    return found


def _own(change: Change, id: str, pages: Sequence[Page]) -> Posting:
    return Posting(incident_event(change, id, [page.pager for page in pages]), change, tuple(pages))


def _further(id: str, pages: tuple[Page, ...]) -> Posting:
    changes = list({page.change.key: page.change for page in pages}.values())
    pagers, attempt = sorted({page.pager for page in pages}), max(page.attempts for page in pages)
    if len(changes) > 1:
        return Posting(group_event(changes, id, pagers, attempt), None, pages)
    return Posting(incident_event(changes[0], id, pagers, attempt), None, pages)
