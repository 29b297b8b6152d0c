"""Workers that become fewer, from a history as patrols write it, on both databases; nothing where patrols were missing."""

import anyio

from lifeguard.record.database import Database
from lifeguard.record.staffing_queries import falling_workers
from lifeguard.staffing import Falling
from tests.builders import API_URL, NOW
from tests.record.crews import HOSTILE, MINUTE, WEEK, WEEKDAYS, write_crews


def found(database: Database, days: range = WEEK) -> dict[str, Falling]:
    async def story() -> dict[str, Falling]:
        await write_crews(database, days)
        return await falling_workers(database, API_URL, NOW)

    return anyio.run(story)


def test_the_pool_whose_workers_fall_is_found_with_its_steps(database: Database) -> None:
    told = found(database)
    assert list(told) == [HOSTILE]
    assert [step.workers for step in told[HOSTILE].steps] == [6, 4, 2]
    assert (told[HOSTILE].usual, told[HOSTILE].days, told[HOSTILE].none_left_at) == (6, 7, NOW + 20 * MINUTE)


def test_days_on_which_nobody_looked_are_not_known(database: Database) -> None:
    assert found(database, WEEKDAYS) == {}
