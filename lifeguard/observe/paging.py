"""Lists are read to their end, however long they are and whatever moves meanwhile.

The `page_size` of each is what the server gives at once; a patrol that rests asks for less.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from lifeguard.observe.api import Api, CallFailed

SORT_BY = {
    "next_scheduled_start_time": "NEXT_SCHEDULED_START_TIME_ASC",
    "expected_start_time": "EXPECTED_START_TIME_ASC",
    "start_time": "START_TIME_ASC",
}
SMALLEST_STEP = timedelta(microseconds=1)
READINGS = 4

Row = Mapping[str, Any]
T = TypeVar("T")


class ListMoved(CallFailed):
    """A list that never held still for long enough to be read to its end."""


async def every_row(
    api: Api, path: str, body: dict[str, Any], page_size: int, without: Collection[str] = ()
) -> list[Row]:
    """All rows of a filter endpoint, by offset; raises `ListMoved` if it never holds still.

    Columns that it is to be `without` are let go of with each page, as there is no filter for them.

    Queues are sorted by a name that many share, workers by their last heartbeat: rows may move from page to page while
    we read. Pages overlap by one row, so a list that moved is noticed, and read again.
    """
    for _ in range(READINGS):
        rows = await _one_reading(api, path, body, page_size, without)
        if rows is not None:
            return rows
    raise ListMoved(f"the list kept changing while it was read {READINGS} times")


async def _one_reading(
    api: Api, path: str, body: dict[str, Any], page_size: int, without: Collection[str]
) -> list[Row] | None:
    rows: list[Row] = []
    overlap = 0
    while True:
        limit = api.page_size(page_size)
        page: list[Row] = await api.post(path, {**body, "limit": limit, "offset": len(rows) - overlap})
        if [row["id"] for row in page[:overlap]] != [row["id"] for row in rows[len(rows) - overlap :]]:
            return None
        rows += [{name: value for name, value in row.items() if name not in without} for row in page[overlap:]]
        if len(page) < limit:
            return rows if len({row["id"] for row in rows}) == len(rows) else None
        overlap = min(1, page_size - 1)


async def rows_by_id(api: Api, what: str, ids: Collection[str], page_size: int) -> list[Row]:
    """The deployments, flows, task runs or work queues (`what`) with these ids; those that no longer exist are left out.

    So many ids are asked for at once as fit a page, so that a full one is the whole answer.
    """
    ordered, rows, page_size = sorted(ids), list[Row](), api.page_size(page_size)
    for start in range(0, len(ordered), page_size):
        chosen = {what: {"id": {"any_": ordered[start : start + page_size]}}}
        rows += await api.post(f"{what}/filter", {**chosen, "limit": page_size, "offset": 0})
    return rows


async def every_run(api: Api, body: dict[str, Any], by: str, page_size: int) -> list[Row]:
    """All flow runs of a filter, walking along the time column `by`.

    An offset would skip rows when runs start meanwhile, and costs the server more with each page. Runs that share one
    time, as the runs of a cron schedule do, may fill more than a page: those are read by themselves.
    """
    return await every_run_as(_itself, api, body, by, page_size)


async def every_run_as(made: Callable[[Row], T], api: Api, body: dict[str, Any], by: str, page_size: int) -> list[T]:
    """As `every_run`, each row made into something smaller as soon as its page is there: 50,000 rows are 250 MB of JSON."""
    found, _ = await _walked(made, api, body, by, page_size, None)
    return found


async def runs_up_to(
    api: Api, body: dict[str, Any], by: str, page_size: int, ceiling: int | None
) -> tuple[list[Row], str | None]:
    """The first flow runs of a filter by the time `by`: with a ceiling, no page is asked for once so many are read.

    With the time before which they are all there; None where the list was read to its end.
    """
    return await _walked(_itself, api, body, by, page_size, ceiling)


async def first_run(api: Api, body: dict[str, Any], by: str) -> Row | None:
    """The first flow run of a filter by the time `by`; None where there is none. Raises `CallFailed`."""
    rows: list[Row] = await api.post("flow_runs/filter", {**body, "sort": SORT_BY[by], "limit": 1, "offset": 0})
    return rows[0] if rows else None


def _itself(row: Row) -> Row:
    return row


async def _walked(
    made: Callable[[Row], T], api: Api, body: dict[str, Any], by: str, page_size: int, ceiling: int | None
) -> tuple[list[T], str | None]:
    found: dict[str, T] = {}
    since: str | None = None
    while ceiling is None or len(found) < ceiling:
        limit = api.page_size(page_size)
        asked = {**within(body, by, since), "sort": SORT_BY[by], "limit": limit, "offset": 0}
        page: list[Row] = await api.post("flow_runs/filter", asked)
        found |= {row["id"]: made(row) for row in page}
        if len(page) < limit:
            return list(found.values()), None
        first, last = _time(page[0], by), _time(page[-1], by)
        if first == last:
            tied = {**within(body, by, last, last), "sort": "ID_DESC"}
            found |= {row["id"]: made(row) for row in await every_row(api, "flow_runs/filter", tied, page_size)}
            last = _just_after(last)
        since = last
    return list(found.values()), since


def _time(row: Row, by: str) -> str:
    """By `start_time` the server means when a run was expected, where it has not begun (`FlowRunFilterStartTime`)."""
    return str(row[by] or row["expected_start_time"])


def within(body: dict[str, Any], by: str, since: str | None, until: str | None = None) -> dict[str, Any]:
    """The same filter, narrowed to a window of time."""
    runs: dict[str, Any] = body.get("flow_runs", {})
    window = {**runs.get(by, {}), **({"after_": since} if since else {}), **({"before_": until} if until else {})}
    return {**body, "flow_runs": {**runs, **({by: window} if window else {})}}


def _just_after(time: str) -> str:
    return (datetime.fromisoformat(time) + SMALLEST_STEP).isoformat()
