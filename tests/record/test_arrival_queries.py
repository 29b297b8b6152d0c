"""Who came to pools without workers, from a history as patrols write it, on both databases."""

from datetime import timedelta

import anyio

from lifeguard.record.arrival_queries import newest_workers, past_of_pools
from lifeguard.record.database import Database
from lifeguard.unstaffed import Outlook, Past, unstaffed
from tests.builders import API_URL, NOW, ahead
from tests.record.nights import GONE, HOUR, MINUTE, SCALES, SLOW, write_nights


def test_what_came_of_each_pool_is_found_and_judged(database: Database) -> None:
    async def story() -> tuple[dict[str, Past], dict[str, int]]:
        await write_nights(database)
        past = await past_of_pools(database, API_URL, [SCALES, SLOW, GONE, "unknown"], NOW)
        return past, await newest_workers(database, API_URL, NOW)

    past, workers = anyio.run(story)
    told = {name: unstaffed(name, ahead(3600), each, NOW, 10 * MINUTE) for name, each in past.items()}
    assert {name: (each.outlook, each.longest) for name, each in told.items()} == {
        SCALES: (Outlook.IN_TIME, 4 * MINUTE),
        SLOW: (Outlook.SLOW, 14 * MINUTE),
        GONE: (Outlook.NOBODY, None),
    }
    assert {each.empty_since for each in told.values()} == {NOW - 9 * HOUR, NOW - 3 * HOUR}
    assert workers == {SCALES: 0, SLOW: 0, GONE: 0}


def test_where_no_patrol_looked_lately_nothing_is_known_of_now(database: Database) -> None:
    async def story() -> tuple[dict[str, int], dict[str, Past]]:
        await write_nights(database, now=NOW - timedelta(minutes=6))
        newest = await newest_workers(database, API_URL, NOW)
        return newest, await past_of_pools(database, API_URL, [GONE], NOW)

    newest, past = anyio.run(story)
    assert (newest, past[GONE].empty_since) == ({}, None)
