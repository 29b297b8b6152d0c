"""From the history to the people: what nobody has heard of becomes events, and only then counts as told.

What is to be posted is written down first. A patrol that is killed at any moment leaves the next one the same events
under the same ids, which the server takes for one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from lifeguard.incidents import Change, Changes
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api, CallFailed
from lifeguard.page.events import event_id, heartbeat, incident_event
from lifeguard.page.post import post_events
from lifeguard.page.postings import Posting, postings
from lifeguard.page.round import Teller
from lifeguard.page.unrecorded import changes_without_history
from lifeguard.page.whom import Whom
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.outbox import TOLD_AT_ONCE, hold_round, mark_told
from lifeguard.record.remember import server_name
from lifeguard.what_changed import WhatChanged

UNKNOWN: Mapping[str, WhatChanged] = {}


async def tell(
    api: Api,
    judgement: Judgement,
    changes: Changes,
    database: Database | None,
    whom: Whom,
    patrol_id: str,
    changed: Mapping[str, WhatChanged] = UNKNOWN,
) -> int:
    """Post everything that is to be told now, and then that this patrol has looked; how many events told of something.

    `changed` is what changed before incidents that opened, by fingerprint: needed where no history has it. Raises
    `CallFailed` where the server does not take them: they stay to be told by the next patrol.
    """
    if whom.unknown_because is not None:
        raise CallFailed(f"whom to page could not be read: {whom.unknown_because}")
    teller = Teller(server_name(judgement), whom.pagers, judgement.finished_at)
    try:
        if database is None or not changes.is_recorded:
            told = await _tell_unrecorded(api, judgement, teller, changed)
        else:
            told = await _empty_outbox(api, database, teller, patrol_id)
    except HistoryUnavailable:
        told = await _tell_unrecorded(api, judgement, teller, changed)
    await post_events(api, [heartbeat(judgement, changes, patrol_id)])
    return told


async def _empty_outbox(api: Api, database: Database, teller: Teller, patrol_id: str) -> int:
    """Raises `HistoryUnavailable` only while nothing was posted: what was posted is not told in another way as well."""
    outbox = await hold_round(database, teller.server, patrol_id, teller.now, teller.decide)
    told = 0
    try:
        while batch := postings(outbox, teller.server):
            await post_events(api, [posting.event for posting in batch])
            told += len(batch)
            await _mark(database, batch, teller.now)
            if len(outbox.untold) < TOLD_AT_ONCE:
                break
            outbox = await hold_round(database, teller.server, patrol_id, teller.now, teller.decide)
    except HistoryUnavailable:
        return told
    return told


async def _mark(database: Database, batch: list[Posting], now: datetime) -> None:
    first = [posting.first for posting in batch if posting.first]
    await mark_told(database, first, [page for posting in batch for page in posting.pages], now)


async def _tell_unrecorded(api: Api, judgement: Judgement, teller: Teller, changed: Mapping[str, WhatChanged]) -> int:
    events = [
        incident_event(
            _with(change, changed),
            event_id(change, teller.server),
            [pager.name for pager in teller.pagers if pager.wants(change.incident)],
        )
        for change in changes_without_history(judgement)
    ]
    await post_events(api, events)
    return len(events)


def _with(change: Change, changed: Mapping[str, WhatChanged]) -> Change:
    incident = change.incident
    return replace(change, incident=replace(incident, what_changed=changed.get(incident.fingerprint)))
