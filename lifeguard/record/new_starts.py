"""Between the look and the record: which starts a patrol still has to count, and asking for them. Harms no patrol."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api
from lifeguard.observe.starts import find_starts
from lifeguard.record.database import Database, reading
from lifeguard.record.failures import NoHistoryYet
from lifeguard.record.remember import saw_all_pools, server_name
from lifeguard.record.tables import SERVERS
from lifeguard.starts import Starts, window_after


async def with_new_starts(api: Api, database: Database, judgement: Judgement) -> tuple[Judgement, Starts | None]:
    """What began since the mark, and the judgement with what of it was not seen. Raises `HistoryUnavailable`.

    A look at some pools only leaves it to the next whole one: the mark is that of all pools.
    """
    if not saw_all_pools(judgement):
        return judgement, None
    after = await _mark(database, server_name(judgement))
    window = window_after(after, judgement.started_at)
    if window is None:
        return judgement, None
    starts, missing = await find_starts(api, judgement.snapshot, after, window)
    seen = replace(judgement.snapshot, missing=judgement.snapshot.missing + missing, api_calls=api.calls)
    return replace(judgement, snapshot=seen), starts


async def _mark(database: Database, server: str) -> datetime | None:
    try:
        async with reading(database) as connection:
            own = select(SERVERS.c.starts_counted_until).where(SERVERS.c.name == server)
            return (await connection.execute(own)).scalar_one_or_none()
    except NoHistoryYet:
        return None
