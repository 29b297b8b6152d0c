"""Deployments that have schedules and make no runs from them. One call for 200 deployments, and some more for suspects."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lifeguard.facts import OWN_TAG, Run, StoppedSchedule, as_utc
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import Row
from lifeguard.observe.runs import with_deployments
from lifeguard.snapshot import SCHEDULES, Missing, Snapshot

DEPLOYMENTS_AT_MOST = 1000
"""Five pages: so many deployments are read, by name."""

STOPPED_WITHIN = timedelta(days=7)
"""A schedule that made no run for longer is taken for what somebody wanted."""

BY_SCHEDULE = "auto-scheduled"
"""The tag that the server gives to the runs of schedules (3.9.1)."""


async def find_stopped_schedules(api: Api, snapshot: Snapshot, only: Sequence[str] = ()) -> Snapshot:
    """Add the deployments whose schedules made a run in the last days and that are paused or switched off now."""
    reading = _stopped(api, snapshot, only)
    nothing = (tuple[StoppedSchedule, ...](), True)
    (stopped, is_whole), missing = await attempt(reading, nothing, lambda why: Missing(SCHEDULES, why, essential=False))
    if not is_whole:
        why = f"more than {DEPLOYMENTS_AT_MOST:,} deployments; the others were not asked about"
        missing += (Missing(f"more {SCHEDULES}", why, essential=False),)
    snapshot = replace(snapshot, stopped_schedules=stopped, missing=snapshot.missing + missing)
    owners = [Run("", "", "", "", deployment_id=each.deployment_id) for each in stopped]
    return await with_deployments(api, snapshot, owners) if stopped else snapshot


async def _stopped(api: Api, snapshot: Snapshot, only: Sequence[str]) -> tuple[tuple[StoppedSchedule, ...], bool]:
    rows, is_whole = await _deployments(api, only, snapshot.server.settings.page_size)
    pools = {None, *(pool.name for pool in snapshot.pools)}
    suspects = [row for row in rows if _is_stopped(row) and row.get("work_pool_name") in pools]
    since = snapshot.taken_at - STOPPED_WITHIN
    last = await _last_expected(api, suspects, since, snapshot) if suspects else {}
    return tuple(_fact(row, last[row["id"]]) for row in suspects if row["id"] in last), is_whole


async def _deployments(api: Api, only: Sequence[str], page_size: int) -> tuple[list[Row], bool]:
    of_pools: dict[str, Any] = {"work_pools": {"name": {"any_": list(only)}}} if only else {}
    rows: list[Row] = []
    while len(rows) < DEPLOYMENTS_AT_MOST:
        body = {**of_pools, "sort": "NAME_ASC", "limit": page_size, "offset": len(rows)}
        page: list[Row] = await api.post("deployments/filter", body)
        rows += page
        if len(page) < page_size:
            return rows, True
    return rows, False


def _is_stopped(row: Row) -> bool:
    schedules: list[Row] = row.get("schedules") or []
    is_off = not any(schedule["active"] for schedule in schedules)
    return bool(schedules) and (row["paused"] or is_off) and OWN_TAG not in (row.get("tags") or ())


async def _last_expected(api: Api, suspects: Sequence[Row], since: datetime, snapshot: Snapshot) -> dict[str, datetime]:
    """When the newest run of their schedules was expected; a suspect beyond the newest page of runs is left out."""
    window = {"after_": since.isoformat(), "before_": snapshot.taken_at.isoformat()}
    asked = {
        "deployment_id": {"any_": [row["id"] for row in suspects]},
        "tags": {"all_": [BY_SCHEDULE]},
        "expected_start_time": window,
    }
    body = {"flow_runs": asked, "sort": "EXPECTED_START_TIME_DESC", "limit": snapshot.server.settings.page_size}
    rows: list[Row] = await api.post("flow_runs/filter", body)
    found: dict[str, datetime] = {}
    for row in rows:
        at = as_utc(row["expected_start_time"])
        if at:
            found.setdefault(row["deployment_id"], at)
    return found


def _fact(row: Row, last: datetime) -> StoppedSchedule:
    schedules: list[Row] = row["schedules"]
    return StoppedSchedule(row["id"], bool(row["paused"]), len(schedules), last, str(schedules[0]["id"]))
