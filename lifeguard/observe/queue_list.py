"""The queues of all pools, where the list of them does not hold still.

Prefect sorts it by name alone (3.9.1), and every pool has a queue `default`: of names that many share, PostgreSQL hands out
some rows twice and others not at all, in another order for each page. Names stay in their places: it shows how many there
are of each. What was not handed out is asked for by its id, as far as that is known, and else by its pool.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from lifeguard.facts import Pool
from lifeguard.observe.api import Api
from lifeguard.observe.paging import Row, every_row, rows_by_id
from lifeguard.observe.pool_paths import pool_path


async def queues_among_equals(api: Api, pools: Sequence[Pool], known: Collection[str], page_size: int) -> list[Row]:
    """Every queue once; `known` are ids of queues that may be among them. Raises `CallFailed`."""
    seen, places = await _handed_out(api, page_size)
    ids = {*known, *(pool.default_queue_id for pool in pools if pool.default_queue_id)}
    seen |= _by_id(await rows_by_id(api, "work_queues", ids - set(seen), page_size))
    for pool in _lacking(pools, seen.values(), places):
        seen |= _by_id(await every_row(api, pool_path(pool.name, "queues/filter"), {}, page_size))
    return list(seen.values())


async def _handed_out(api: Api, page_size: int) -> tuple[dict[str, Row], Counter[str]]:
    """The rows of all pages by id, and how many places of the list each name has."""
    seen, places = dict[str, Row](), Counter[str]()
    page_size = api.page_size(page_size)
    while True:
        page: list[Row] = await api.post("work_queues/filter", {"limit": page_size, "offset": places.total()})
        seen |= _by_id(page)
        places.update(row["name"] for row in page)
        if len(page) < page_size:
            return seen, places


def _by_id(rows: Collection[Row]) -> dict[str, Row]:
    return {row["id"]: row for row in rows}


def _lacking(pools: Sequence[Pool], rows: Collection[Row], places: Counter[str]) -> list[Pool]:
    """The pools of which a queue may not have been handed out: without one of a name of which some are missing."""
    missing = places - Counter(row["name"] for row in rows)
    there = {(row["work_pool_id"], row["name"]) for row in rows}
    return [pool for pool in pools if any((pool.id, name) not in there for name in missing)]
