"""Parts of a look in the history: written anew after each stage, read once, and gone afterwards."""

from datetime import timedelta

import anyio
import pytest
from sqlalchemy import update

from lifeguard.letters import Unreadable
from lifeguard.parts.share import Share, one_stage_further, split
from lifeguard.policy import Policy
from lifeguard.record.database import Database, writing
from lifeguard.record.part_rows import read_part, save_part, take_parts_back, write_parts
from lifeguard.record.retention import prune
from lifeguard.record.tables import PARTS
from lifeguard.snapshot import Snapshot
from tests.builders import NOW, pool, snapshot

PATROL = "6a0f6a1e-5555-4c1e-9d6e-0d6a5f1a0001"
HOSTILE = "etl'; DROP\x00 {{ x }} \u202e\U0001f9ea\n<b>"


def picture() -> Snapshot:
    return snapshot(pools=[pool("ml"), pool(HOSTILE)])


def handed_out(database: Database) -> list[Share]:
    shares = split(picture(), Policy(), 2)
    anyio.run(write_parts, database, PATROL, shares, NOW)
    return shares


def test_a_part_goes_on_where_it_was_and_is_read_once(database: Database) -> None:
    first, second = handed_out(database)
    further = one_stage_further(first, first.picture)
    assert anyio.run(save_part, database, PATROL, further)
    assert anyio.run(read_part, database, PATROL, 1) == further
    assert anyio.run(take_parts_back, database, PATROL) == {1: further, 2: second}
    assert anyio.run(take_parts_back, database, PATROL) == {}


def test_a_part_that_nobody_waits_for_any_more_is_not_written(database: Database) -> None:
    first, _ = handed_out(database)
    anyio.run(take_parts_back, database, PATROL)
    assert not anyio.run(save_part, database, PATROL, first)
    assert anyio.run(read_part, database, PATROL, 1) is None


def test_what_another_version_wrote_is_not_read(database: Database) -> None:
    async def rewrite() -> None:
        async with writing(database) as connection:
            await connection.execute(update(PARTS).where(PARTS.c.number == 1).values(form="another"))

    handed_out(database)
    anyio.run(rewrite)
    with pytest.raises(Unreadable, match="another version"):
        anyio.run(read_part, database, PATROL, 1)
    left = anyio.run(take_parts_back, database, PATROL)
    assert [type(left[number]) for number in (1, 2)] == [Unreadable, Share]


def test_parts_that_were_left_behind_are_pruned(database: Database) -> None:
    async def go(days: int, *, dry_run: bool) -> int:
        return (await prune(database, Policy(), NOW + timedelta(days=days), dry_run=dry_run)).parts

    async def life() -> list[int]:
        return [
            await go(6, dry_run=False),
            await go(9, dry_run=True),
            await go(9, dry_run=False),
            await go(9, dry_run=True),
        ]

    handed_out(database)
    assert anyio.run(life) == [0, 2, 2, 0]
