"""The list of all deployments, page by page: all of it, or with a memory those pages whose turn it is.

Prefect has no filter for schedules that are switched off (3.9.1), and a page of 200 deployments costs the server 60 ms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeguard.facts import seconds
from lifeguard.memory import KnownPage
from lifeguard.observe.api import Api
from lifeguard.observe.paging import Row, rows_by_id
from lifeguard.whose_turn import turns

PAGES_AT_MOST = 100
"""20,000 deployments: with more, a look at all of them would take the server 6 s."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The rows that were read, by page and beside the pages; whether there are more pages than were ever asked for."""

    by_number: Mapping[int, Sequence[Row]]
    beside: Sequence[Row] = ()
    is_cut: bool = False

    @property
    def rows(self) -> Iterable[Row]:
        """Every deployment once."""
        rows = (row for page in (*self.by_number.values(), self.beside) for row in page)
        return {row["id"]: row for row in rows}.values()


async def every_page(api: Api, only: Sequence[str], page_size: int) -> Pages:
    """The whole list of the deployments in these pools, or of all where none is named; raises `CallFailed`."""
    of_pools: dict[str, Any] = {"work_pools": {"name": {"any_": list(only)}}} if only else {}
    return await _read_on(api, of_pools, {}, 0, page_size)


async def pages_in_turn(
    api: Api, known: Sequence[KnownPage], now: datetime, again_after_seconds: float, page_size: int
) -> Pages:
    """The pages whose turn it is, and beside them what may have changed on the others; raises `CallFailed`.

    Of those, the ones that were known to be stopped are read again, and the page of paused ones that changed last.
    """
    whose_turn = _whose_turn(known, now, again_after_seconds)
    pages = {page: await _page(api, {}, page, page_size) for page in sorted(whose_turn)}
    last = max(known, key=lambda each: each.page)
    is_last = len(pages[last.page]) < page_size if last.page in pages else last.is_last
    read = Pages(pages) if is_last else await _read_on(api, {}, pages, last.page + 1, page_size)
    if len(whose_turn) > last.page:
        return read
    return Pages(read.by_number, await _beside(api, known, read, page_size), read.is_cut)


def _whose_turn(known: Sequence[KnownPage], now: datetime, again_after_seconds: float) -> set[int]:
    """What was never read or is forgotten, and of the others those whose turn it is."""
    oldest_first = sorted(known, key=lambda each: (each.read_at, each.page))
    due = turns([each.read_at for each in oldest_first], now, seconds(again_after_seconds))
    untold = set(range(max(each.page for each in known))) - {each.page for each in known}
    return untold | {oldest_first[place].page for place in due}


async def _read_on(
    api: Api, body: Mapping[str, Any], pages: Mapping[int, Sequence[Row]], start: int, page_size: int
) -> Pages:
    read = dict(pages)
    for page in range(start, PAGES_AT_MOST):
        read[page] = await _page(api, body, page, page_size)
        if len(read[page]) < page_size:
            return Pages(read)
    return Pages(read, is_cut=True)


async def _page(api: Api, body: Mapping[str, Any], page: int, page_size: int) -> list[Row]:
    asked = {**body, "sort": "NAME_ASC", "limit": page_size, "offset": page * page_size}
    rows: list[Row] = await api.post("deployments/filter", asked)
    return rows


async def _beside(api: Api, known: Sequence[KnownPage], read: Pages, page_size: int) -> list[Row]:
    paused: dict[str, Any] = {"deployments": {"paused": {"eq_": True}}, "sort": "UPDATED_DESC", "limit": page_size}
    rows: list[Row] = await api.post("deployments/filter", paused)
    seen = {row["id"] for row in (*read.rows, *rows)}
    stopped = {id for each in known for id in each.stopped} - seen
    return [*rows, *await rows_by_id(api, "deployments", stopped, page_size)]
