"""From a look to the Prefect UI: what changed becomes new versions of artifacts, and most patrols change nothing.

One call tells what the newest versions say; writes are few and have a ceiling. A picture that cannot be drawn is left out,
and a server that takes no artifacts harms no patrol.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lifeguard.facts import seconds
from lifeguard.foreseeing import foresee
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api, CallFailed
from lifeguard.pool_day import PoolDay
from lifeguard.record.database import Database
from lifeguard.record.day_queries import read_pool_days
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.remember import server_name
from lifeguard.report.artifact import FINDINGS, OVERVIEW, POOLS, Artifact, pool_key
from lifeguard.report.board import Board, board_of, drafts_of
from lifeguard.report.due import PAGES_AT_ONCE, Draft, Written, due
from lifeguard.report.overview import overview
from lifeguard.report.pool_page import pool_page
from lifeguard.report.shelf import Author, read_shelf, write_artifact
from lifeguard.report.tables import findings_table, pools_table
from lifeguard.spans import Span

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The keys of what was written, and one sentence for what could not be."""

    keys: tuple[str, ...] = ()
    trouble: str | None = None


async def show(
    api: Api, judgement: Judgement, changes: Changes, database: Database | None, author: Author | None = None
) -> Shown:
    """Write what is worth a new version; a look that saw nothing shows nothing. Never raises."""
    if not judgement.snapshot.can_go_on:
        return Shown()
    done: list[str] = []
    try:
        easel = Easel(api, board_of(judgement, changes), database, author or Author(), done)
        await (easel.draw_named() if judgement.only else easel.draw_due())
    except Exception as error:
        return Shown(tuple(done), _trouble(error))
    return Shown(tuple(done))


def _trouble(error: Exception) -> str:
    match error:
        case CallFailed():
            reason = error.reason
        case _:
            reason = f"Lifeguard failed to draw it ({type(error).__name__})"
    return f"not everything could be shown in the Prefect UI: {reason}; the next patrol tries again"


class Easel:
    """Draws one board, and notes in `done` the keys of what is on the server by now."""

    def __init__(self, api: Api, board: Board, database: Database | None, author: Author, done: list[str]) -> None:
        self._api = api
        self._board = board
        self._database = database
        self._author = author
        self._done = done

    async def draw_due(self) -> None:
        """Write what changed or is old, the overview last: it leads to the others, and carries what is known of them."""
        shelf = await read_shelf(self._api)
        known = self._still_there(shelf.written)
        chosen = due(drafts_of(self._board, tuple(known)), known, self._board.now)
        days = await self._days(draft.pool for draft in chosen)
        if chosen:
            foreseen = await foresee(self._api, self._board.judgement, self._database)
            self._board = replace(self._board, falling=foreseen.falling, unstaffed=foreseen.unstaffed)
        for draft in chosen:
            self._board = replace(self._board, ids={**shelf.ids, **{key: each.id for key, each in known.items()}})
            carried = {**known, draft.key: self._written(draft)} if draft.key == OVERVIEW else {}
            id = await self._write(self._drawn(draft, days), carried)
            known.pop(draft.key, None)
            known |= {draft.key: self._written(draft, id)} if draft.lasting else {}

    async def draw_named(self) -> None:
        """Write the pages of the pools that the look was limited to; the rest was not looked at, and stays."""
        pools = self._board.judgement.pools[:PAGES_AT_ONCE]
        days = await self._days(pool.name for pool in pools)
        for pool in pools:
            await self._write(pool_page(self._board, pool, days.get(pool.id)), {})

    def _written(self, draft: Draft, id: str = "") -> Written:
        return Written(draft.told, draft.seen, self._board.now, id)

    def _still_there(self, written: Mapping[str, Written]) -> dict[str, Written]:
        """A pool that is gone needs no page; of a partial look, nobody knows which are."""
        there = {OVERVIEW, POOLS, FINDINGS, *(pool_key(pool.name) for pool in self._board.judgement.pools)}
        return {key: known for key, known in written.items() if key in there or not self._board.judgement.is_complete}

    def _drawn(self, draft: Draft, days: Mapping[str, PoolDay]) -> Artifact:
        if draft.pool is not None:
            pool = next(pool for pool in self._board.judgement.pools if pool.name == draft.pool)
            return pool_page(self._board, pool, days.get(pool.id))
        return {OVERVIEW: overview, POOLS: pools_table, FINDINGS: findings_table}[draft.key](self._board)

    async def _days(self, names: Iterable[str | None]) -> Mapping[str, PoolDay]:
        """Up to the beginning of the look, which is when its own numbers were seen."""
        judgement, wanted = self._board.judgement, set(names)
        ids = [pool.id for pool in judgement.pools if pool.name in wanted]
        window = Span(judgement.started_at - seconds(DAY_SECONDS), judgement.started_at)
        if self._database is None or not ids:
            return {}
        try:
            return await read_pool_days(self._database, server_name(judgement), ids, window)
        except HistoryUnavailable:
            return {}

    async def _write(self, artifact: Artifact, carried: Mapping[str, Written]) -> str:
        id = await write_artifact(self._api, artifact, self._author, carried)
        self._done.append(artifact.key)
        return id
