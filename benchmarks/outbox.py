"""What a history says of its pages: those that are not settled, and how often each was tried."""

from collections import Counter

import anyio
from sqlalchemy import select

from lifeguard.pages import Page
from lifeguard.record.database import database_at, reading
from lifeguard.record.outbox import pages_of
from lifeguard.record.tables import PAGES


def unsettled(url: str, api_url: str) -> list[Page]:
    """The pages of a server that something is still to be done about."""
    return anyio.run(pages_of, database_at(url, "the benchmark"), api_url)


def attempts(url: str) -> Counter[int]:
    """How many pages were tried so many times, by the number of times."""
    return anyio.run(_attempts, url)


async def _attempts(url: str) -> Counter[int]:
    async with reading(database_at(url, "the benchmark")) as connection:
        return Counter((await connection.execute(select(PAGES.c.attempts))).scalars())
