"""Lists are read to their end, however long they are and whatever moves meanwhile."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lifeguard.observe.api import Api

SORT_BY = {
    "next_scheduled_start_time": "NEXT_SCHEDULED_START_TIME_ASC",
    "expected_start_time": "EXPECTED_START_TIME_ASC",
}
SMALLEST_STEP = timedelta(microseconds=1)

Row = Mapping[str, Any]


async def every_row(api: Api, path: str, body: dict[str, Any], page_size: int) -> list[Row]:
    """All rows of a filter endpoint that sorts by something stable, by offset."""
    rows: dict[str, Row] = {}
    offset = 0
    while True:
        page: list[Row] = await api.post(path, {**body, "limit": page_size, "offset": offset})
        rows |= {row["id"]: row for row in page}
        if len(page) < page_size:
            return list(rows.values())
        offset += page_size


async def every_run(api: Api, body: dict[str, Any], by: str, page_size: int) -> list[Row]:
    """All flow runs of a filter, walking along the time column `by`.

    An offset would skip rows when runs start meanwhile, and costs the server more with each page. Runs that share one
    time, as the runs of a cron schedule do, are walked by id.
    """
    rows: dict[str, Row] = {}
    since: str | None = None
    while True:
        page = await _page(api, body, by, SORT_BY[by], page_size, since=since)
        rows |= {row["id"]: row for row in page}
        if len(page) < page_size:
            return list(rows.values())
        first, last = page[0][by], page[-1][by]
        if first == last:
            rows |= {row["id"]: row for row in await _runs_at(api, body, by, page_size, last)}
            last = _just_after(last)
        since = last


async def _runs_at(api: Api, body: dict[str, Any], by: str, page_size: int, time: str) -> list[Row]:
    rows: list[Row] = []
    while True:
        page = await _page(api, body, by, "ID_DESC", page_size, since=time, until=time, offset=len(rows))
        rows += page
        if len(page) < page_size:
            return rows


async def _page(
    api: Api,
    body: dict[str, Any],
    by: str,
    sort: str,
    page_size: int,
    since: str | None = None,
    until: str | None = None,
    offset: int = 0,
) -> list[Row]:
    asked = dict(body.get("flow_runs", {}))
    window = dict(asked.get(by, {}))
    if since:
        window["after_"] = since
    if until:
        window["before_"] = until
    if window:
        asked[by] = window
    page: list[Row] = await api.post(
        "flow_runs/filter", {**body, "flow_runs": asked, "sort": sort, "limit": page_size, "offset": offset}
    )
    return page


def _just_after(time: str) -> str:
    return (datetime.fromisoformat(time) + SMALLEST_STEP).isoformat()
