"""What a patrol read, for the next one: a row for each part of its memory, written once, and gone when it is forgotten.

A part that cannot be read, or that another version wrote, was never remembered: the look asks again. What one patrol leaves
is written whole or not at all, so that of two at once the later one's stands.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.held_once import run_once
from lifeguard.letters import Letters, Unreadable
from lifeguard.memory import NOTHING_KNOWN, KnownDeployments, KnownPage, KnownRuns, KnownWorkers, Memory, apart
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.tables import MEMORY, SERVERS
from lifeguard.record.turns import take_turn
from lifeguard.spans import Span
from lifeguard.starts import CLOCK_WAS_SET_BACK_SECONDS

LOOK = "look"
ROWS_AT_ONCE = 10
"""A row may be 0.1 MB: what all of 2,000 pools hold, 12 MB, is not in memory beside what is read from it."""

RECALLS_WITHIN_SECONDS = 20.0
"""Rows are read and understood one after the other, and to understand those of 50,000 runs takes seconds."""

LETTERS: Mapping[str, Letters[Any]] = {
    "workers": Letters(KnownWorkers),
    "runs": Letters(KnownRuns),
    "deployments": Letters(KnownDeployments),
    "page": Letters(KnownPage),
}
"""By how their keys begin."""

Part = KnownWorkers | KnownRuns | KnownDeployments | KnownPage


async def recall(database: Database, server_name: str, api_url: str, within: Span) -> Memory:
    """What patrols that asked this address read within a time, as far as it can be read; raises `HistoryUnavailable`."""
    own = SERVERS.join(MEMORY, MEMORY.c.server_id == SERVERS.c.id)
    is_meant = (SERVERS.c.name == server_name) & MEMORY.c.read_at.between(within.start, within.end)
    columns = (MEMORY.c.key, MEMORY.c.form, MEMORY.c.read_at, MEMORY.c.content)
    rows = select(*columns).select_from(own).where(is_meant).order_by(MEMORY.c.key)
    async with reading(database, RECALLS_WITHIN_SECONDS) as connection:
        look = (await connection.execute(rows.where(MEMORY.c.key == LOOK, MEMORY.c.content == api_url))).first()
        return NOTHING_KNOWN if look is None else await _memory(look.read_at, connection, rows)


async def _memory(taken_at: datetime, connection: AsyncConnection, rows: Executable) -> Memory:
    workers, runs = dict[str, KnownWorkers](), dict[str, list[KnownRuns]]()
    deployments, pages = list[KnownDeployments](), dict[int, KnownPage]()
    async for row in await connection.stream(rows, execution_options={"yield_per": ROWS_AT_ONCE}):
        match _read(row):
            case KnownWorkers() as known:
                workers[known.pool.id] = max(known, workers.get(known.pool.id, known), key=_age)
            case KnownRuns() as known:
                held = replace(known, runs=tuple(map(run_once, known.runs)))
                runs.setdefault(_list_of(row.key), []).append(held)
            case KnownDeployments() as known:
                deployments.append(known)
            case KnownPage() as known:
                pages[known.page] = max(known, pages.get(known.page, known), key=_age)
            case _:
                pass
    stretches = {name: apart(known) for name, known in runs.items()}
    return Memory(taken_at, workers, stretches, tuple(deployments), tuple(pages.values()))


def _age(part: Part) -> datetime:
    return part.read_at


def _read(row: Any) -> Part | None:
    letters = LETTERS.get(row.key.partition(" ")[0])
    try:
        return letters.read(row.content, row.form) if letters else None
    except Unreadable:
        return None


async def memorize(database: Database, server_name: str, api_url: str, memory: Memory) -> None:
    """Leave this memory in place of the one before: only what is new is written. Raises `HistoryUnavailable`.

    What a look that began later has left already stays.
    """
    if memory.taken_at is None:
        return
    parts = _by_key(memory)
    async with writing(database) as connection:
        server = await take_turn(connection, server_name)
        known = await _known(connection, server.id)
        if not _is_superseded(memory.taken_at, known.get(LOOK)):
            await _forget(connection, server.id, [key for key in known if key not in parts])
            await _write(connection, server.id, {key: part for key, part in parts.items() if key not in known})
            await _write_look(connection, server.id, memory.taken_at, api_url)


def _by_key(memory: Memory) -> dict[str, Part]:
    """Every part under a key that tells when it was read: the same key is the same content."""
    return {
        **{f"workers {_at(each.read_at)} {id}": each for id, each in memory.workers.items()},
        **{
            f"runs {_at(each.read_at)} {_at(each.since)} {_at(each.until)} {name}": each
            for name, stretches in memory.runs.items()
            for each in stretches
        },
        **{f"deployments {_at(each.read_at)} {_first(each)}": each for each in memory.deployments},
        **{f"page {_at(each.read_at)} {each.page}": each for each in memory.pages},
    }


def _list_of(key: str) -> str:
    return key.split(" ", 4)[4]


def _first(known: KnownDeployments) -> str:
    return min((deployment.id for deployment in known.deployments), default="")


def _at(time: datetime) -> str:
    return time.isoformat()


def _is_superseded(taken_at: datetime, newest: datetime | None) -> bool:
    """A newest one that is far ahead is of a clock that was set back since."""
    return newest is not None and taken_at < newest < taken_at + timedelta(seconds=CLOCK_WAS_SET_BACK_SECONDS)


async def _known(connection: AsyncConnection, server_id: int) -> dict[str, datetime]:
    """When what is under each key was read; what another version wrote is as good as not there."""
    forms = {LOOK, *(letters.form for letters in LETTERS.values())}
    own = select(MEMORY.c.key, MEMORY.c.form, MEMORY.c.read_at).where(MEMORY.c.server_id == server_id)
    rows = (await connection.execute(own)).all()
    await _forget(connection, server_id, [row.key for row in rows if row.form not in forms])
    return {row.key: row.read_at for row in rows if row.form in forms}


async def _forget(connection: AsyncConnection, server_id: int, keys: Collection[str]) -> None:
    gone = delete(MEMORY).where(MEMORY.c.server_id == server_id, MEMORY.c.key == bindparam("gone"))
    if keys:
        await connection.execute(gone, [{"gone": key} for key in keys])


async def _write(connection: AsyncConnection, server_id: int, parts: Mapping[str, Part]) -> None:
    rows = [_row(server_id, key, part) for key, part in parts.items()]
    if rows:
        await connection.execute(insert(MEMORY), rows)


def _row(server_id: int, key: str, part: Part) -> dict[str, Any]:
    letters = LETTERS[key.partition(" ")[0]]
    row = {"server_id": server_id, "key": key, "form": letters.form, "read_at": part.read_at}
    return {**row, "content": letters.written(part)}


async def _write_look(connection: AsyncConnection, server_id: int, taken_at: datetime, api_url: str) -> None:
    """Its row is the one that is written anew each time; `_forget` has taken away the one before."""
    row = {"server_id": server_id, "key": LOOK, "form": LOOK, "read_at": taken_at, "content": api_url}
    await connection.execute(insert(MEMORY), row)
