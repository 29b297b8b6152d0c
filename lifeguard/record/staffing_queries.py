"""Whose workers become fewer, from the readings of the last hours; and only of those pools, what is usual at this time."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.history import READING_HOLDS_SECONDS, held, watched
from lifeguard.record.database import Database, reading
from lifeguard.record.reading_queries import patrol_times
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import POOLS, READINGS
from lifeguard.series import Numbers, Stretch
from lifeguard.spans import Span, common
from lifeguard.staffing import AROUND, DAY, DAYS, LOOKS_BACK, Falling, falling, way_down

Stretches = Mapping[int, list[Stretch]]


async def falling_workers(database: Database, server: str, now: datetime) -> dict[str, Falling]:
    """By the name of the pool. Raises `ConfigurationError` and `HistoryUnavailable`."""
    async with reading(database) as connection:
        server_id = await server_id_of(connection, server)
        names = await _pools(connection, server_id)
        lately = await _stretches(connection, server_id, names, Span(now - LOOKS_BACK, now))
        down = {pool: steps for pool, own in lately.items() if (steps := way_down(own, now))}
        others: defaultdict[int, list[Stretch]] = defaultdict(list)
        for time in [now - number * DAY for number in range(DAYS, 0, -1)] if down else []:
            around = await _stretches(connection, server_id, down, Span(time - AROUND, time + AROUND))
            for pool, own in around.items():
                others[pool] += own
    found = (falling(names[pool], steps, others[pool], now) for pool, steps in down.items())
    return {each.pool: each for each in found if each}


async def _pools(connection: AsyncConnection, server_id: int) -> dict[int, str]:
    own = (POOLS.c.server_id == server_id) & POOLS.c.gone_at.is_(None) & POOLS.c.needs_workers.is_(True)
    return {row[0]: row[1] for row in await connection.execute(select(POOLS.c.id, POOLS.c.name).where(own))}


async def _stretches(connection: AsyncConnection, server_id: int, pools: Collection[int], window: Span) -> Stretches:
    """How many workers each pool had, in the time of a window in which somebody looked."""
    looked = watched(await patrol_times(connection, server_id, *window))
    since = window.start - seconds(READING_HOLDS_SECONDS)
    columns = (READINGS.c.pool, READINGS.c.at, READINGS.c.workers_online)
    question = select(*columns).where(READINGS.c.pool.in_(list(pools)), READINGS.c.at.between(since, window.end))
    numbers: defaultdict[int, list[Numbers]] = defaultdict(list)
    for row in await connection.execute(question.order_by(READINGS.c.pool, READINGS.c.at)):
        numbers[row[0]].append(Numbers(row[1], row[2], None))
    return {
        pool: [
            Stretch(span, each.workers, None)
            for whole, each in held(own, None)
            for span in common(common([whole], looked), [window])
        ]
        for pool, own in numbers.items()
    }
