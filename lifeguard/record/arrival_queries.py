"""Whether workers came to pools without any, from the readings of the last days; and how many workers there were last."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS, held, watched
from lifeguard.record.database import Database, reading
from lifeguard.record.reading_queries import patrol_times
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import POOLS, READINGS
from lifeguard.spans import Span, common
from lifeguard.unstaffed import LOOKS_BACK, Past, Period, Sight, past_of


async def past_of_pools(database: Database, server: str, names: Collection[str], now: datetime) -> dict[str, Past]:
    """By the name of the pool, of those that were seen. Raises `ConfigurationError` and `HistoryUnavailable`."""
    window = Span(now - LOOKS_BACK, now)
    async with reading(database) as connection:
        server_id = await server_id_of(connection, server)
        looked_at = await patrol_times(connection, server_id, *window)
        sights = await _sights(connection, server_id, names, window)
    looked = watched(looked_at)
    found = ((name, past_of(_periods(own, looked, window), looked_at, now)) for name, own in sights.items())
    return {name: past for name, past in found if past}


async def newest_workers(database: Database, server: str, now: datetime) -> dict[str, int]:
    """How many live workers the newest patrol saw, by pool; none where it was too long ago, or they could not be seen.

    Raises `ConfigurationError` and `HistoryUnavailable`.
    """
    newest = (READINGS.c.pool == POOLS.c.id) & (READINGS.c.at == POOLS.c.last_reading_at)
    async with reading(database) as connection:
        server_id = await server_id_of(connection, server)
        if not await patrol_times(connection, server_id, now, now):
            return {}
        question = select(POOLS.c.name, READINGS.c.workers_online).join(READINGS, newest)
        own = (POOLS.c.server_id == server_id) & POOLS.c.gone_at.is_(None) & READINGS.c.workers_online.is_not(None)
        own &= READINGS.c.at > now - seconds(READING_HOLDS_SECONDS)
        return {row[0]: row[1] for row in await connection.execute(question.where(own))}


async def _sights(
    connection: AsyncConnection, server_id: int, names: Collection[str], window: Span
) -> Mapping[str, list[Sight]]:
    columns = ("at", "workers_online", "overdue", "oldest_overdue_since", "has_demand")
    question = (
        select(POOLS.c.name, *(READINGS.c[column] for column in columns))
        .join(READINGS, READINGS.c.pool == POOLS.c.id)
        .where(POOLS.c.server_id == server_id, POOLS.c.gone_at.is_(None), POOLS.c.name.in_(list(names)))
        .where(READINGS.c.at.between(window.start - seconds(READING_HOLDS_SECONDS), window.end))
    )
    found: defaultdict[str, list[Sight]] = defaultdict(list)
    for name, *numbers in await connection.execute(question.order_by(POOLS.c.id, READINGS.c.at)):
        found[name].append(Sight(*numbers))
    return found


def _periods(sights: Sequence[Sight], looked: Sequence[Span], window: Span) -> list[Period]:
    return [
        Period(span, sight) for whole, sight in held(sights, None) for span in common(common([whole], looked), [window])
    ]
