"""From the history to the people: what nobody has heard of becomes events, and only then counts as told.

An event may be posted twice, when a patrol is killed between the two; it has the same id then, and counts once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lifeguard.incidents import Change, Changes
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api
from lifeguard.page.events import heartbeat, incident_event
from lifeguard.page.pagers import Pager
from lifeguard.page.post import post_events
from lifeguard.page.unrecorded import changes_without_history
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.outbox import TOLD_AT_ONCE, mark_told, untold
from lifeguard.record.remember import server_name


async def tell(
    api: Api,
    judgement: Judgement,
    changes: Changes,
    database: Database | None,
    pagers: Sequence[Pager],
    patrol_id: str,
) -> int:
    """Post every change that was not told yet, and then that this patrol has looked; how many changes were told.

    Raises `CallFailed` where the server does not take them: they stay to be told by the next patrol.
    """
    server = server_name(judgement)
    try:
        if database is None or not changes.is_recorded:
            told = await _post(api, changes_without_history(judgement), server, pagers)
        else:
            told = await _empty_outbox(api, database, server, pagers, judgement.finished_at)
    except HistoryUnavailable:
        told = await _post(api, changes_without_history(judgement), server, pagers)
    await post_events(api, [heartbeat(judgement, changes, patrol_id)])
    return told


async def _empty_outbox(api: Api, database: Database, server: str, pagers: Sequence[Pager], now: datetime) -> int:
    """Raises `HistoryUnavailable` only while nothing was posted: what was posted is not told a second time otherwise."""
    told = 0
    batch = await untold(database, server, now)
    try:
        while batch:
            told += await _post(api, batch, server, pagers)
            await mark_told(database, batch, now)
            batch = await untold(database, server, now) if len(batch) == TOLD_AT_ONCE else []
    except HistoryUnavailable:
        pass
    return told


async def _post(api: Api, batch: Iterable[Change], server: str, pagers: Sequence[Pager]) -> int:
    events = [incident_event(change, server, pagers) for change in batch]
    await post_events(api, events)
    return len(events)
