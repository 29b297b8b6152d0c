"""How many runs each of many queues or pools has, of a kind that most have none of: asked about together, not one by one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.paging import SORT_BY, Row

ASKED_TOGETHER = 50
"""A count of the runs of 50 queues costs the server hardly more than that of one: the runs in its window are read once."""

T = TypeVar("T")
Body = Mapping[str, Any]


async def count_runs(api: Api, asked: Body) -> int:
    """How many flow runs a filter finds; raises `CallFailed`."""
    return int(await api.post("flow_runs/count", dict(asked)))


async def count_together(
    api: Api, things: Sequence[T], asked: Callable[[Sequence[T]], Body], is_of: Callable[[Row, T], bool], page_size: int
) -> list[tuple[T, int]]:
    """Those that could be counted together, with their counts; the others have to be asked about one by one.

    The filter that `asked` makes of several finds whatever it finds of each, and `is_of` tells whose it is.
    """
    found: list[tuple[T, int]] = []
    for start in range(0, len(things), ASKED_TOGETHER):
        some = things[start : start + ASKED_TOGETHER]
        runs = await _if_few(api, asked(some), page_size) if len(some) > 1 else None
        if runs is not None:
            found += [(thing, sum(is_of(row, thing) for row in runs)) for thing in some]
    return found


async def _if_few(api: Api, asked: Body, page_size: int) -> list[Row] | None:
    """All runs of a filter where they fit a page; None where they do not, and where a call fails, which clears nobody."""
    try:
        number = await count_runs(api, asked)
        if number == 0 or number >= page_size:
            return None if number else []
        rows: list[Row] = await api.post(
            "flow_runs/filter", {**asked, "sort": SORT_BY["start_time"], "limit": page_size}
        )
        return rows if len(rows) < page_size else None
    except (CallFailed, *ANOTHER_SHAPE):
        return None


def began_at(row: Row) -> str:
    """The time by which the server filters: the start, or when it was expected where there is none."""
    return str(row["start_time"] or row["expected_start_time"])
