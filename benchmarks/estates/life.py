"""What goes on in an estate while it is looked at: a server with its services off, and no worker, does nothing by itself.

Workers send heartbeats and poll their queues, due runs are taken or become Late, runs begin and end, others are scheduled, a
few pools lose their workers and get them back: written into the server's database as the server would have. The estate stays
as large and as sick as it was made, however long it is looked at.
"""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import anyio
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from benchmarks.estates.database import SEED, fill
from benchmarks.estates.minute import begin_and_end, renew_late, trim
from benchmarks.estates.pools import places
from benchmarks.estates.runs import MINUTE, owners
from benchmarks.estates.signs import come_back, go_away, renew
from benchmarks.estates.size import Size
from benchmarks.estates.taking import take_due

BEAT = timedelta(seconds=10)
AWAY = 100
"""One of so many pools is without its workers for a minute; the next minute, another."""


SETTLED_AFTER_MINUTES = 10
"""Until then the runs with which an estate is made have begun and ended, and others are there."""


def made_and_settled(database_url: str, size: Size, now: datetime) -> "Life":
    """A new estate that has lived for some minutes."""
    began = now - SETTLED_AFTER_MINUTES * MINUTE
    anyio.run(fill, database_url, size, began)
    life = Life(database_url, size, began)
    for minute in range(SETTLED_AFTER_MINUTES):
        life.live(began + (minute + 1) * MINUTE)
    return life


class Life:
    """An estate that lives as long as somebody calls `beat` again and again, and `live` now and then."""

    def __init__(self, database_url: str, size: Size, now: datetime) -> None:
        chance = random.Random(SEED)
        found = places(size, chance)
        self._owners = {owner.id: owner for owner in owners(size, found, chance)}
        self._healthy = [place.pool_id for place in found if place.kind == "healthy" and not place.has_late_runs]
        self._size, self._url = size, database_url
        self._lived = self._beaten = now
        self._minutes = 0

    def beat(self, now: datetime) -> None:
        """Heartbeats, polls and what has become due, if it is time to."""
        if now - self._beaten >= BEAT:
            self._do(self._beat, now)

    def live(self, now: datetime) -> None:
        """What happened since this was last called; nothing within a minute, in which nobody would see much of it."""
        if now - self._lived >= MINUTE:
            self._do(self._live, now)

    def _do(self, act: Callable[[AsyncConnection, datetime], Awaitable[None]], now: datetime) -> None:
        async def do() -> None:
            engine = create_async_engine(self._url)
            async with engine.begin() as connection:
                await act(connection, now)
            await engine.dispose()

        anyio.run(do)

    async def _beat(self, connection: AsyncConnection, now: datetime) -> None:
        await renew(connection, now)
        await take_due(connection, self._owners, now)
        self._beaten = now

    async def _live(self, connection: AsyncConnection, now: datetime) -> None:
        await begin_and_end(connection, self._owners, self._size, (now - self._lived) / MINUTE, now)
        await self._change_the_shift(connection, now)
        await self._beat(connection, now)
        await renew_late(connection, self._owners, self._size, now)
        await trim(connection, self._size)
        self._lived = now

    async def _change_the_shift(self, connection: AsyncConnection, now: datetime) -> None:
        """Those who were away come back, and others go."""
        number = max(1, self._size.pools // AWAY)
        if self._minutes:
            await come_back(connection, self._healthy[:number], now)
        self._healthy = self._healthy[number:] + self._healthy[:number]
        await go_away(connection, self._healthy[:number], now)
        self._minutes += 1
