"""Deployments that have schedules and make no runs from them: all pages of them, or with a memory those whose turn it is."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lifeguard.facts import OWN_TAG, Run, StoppedSchedule, as_utc
from lifeguard.memory import KnownPage, Memory
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.deployment_pages import PAGES_AT_MOST, Pages, every_page, pages_in_turn
from lifeguard.observe.paging import Row
from lifeguard.observe.runs import with_deployments
from lifeguard.policy import Policy
from lifeguard.snapshot import SCHEDULES, Missing, Snapshot

STOPPED_WITHIN = timedelta(days=7)
"""A schedule that made no run for longer is taken for what somebody wanted."""

BY_SCHEDULE = "auto-scheduled"
"""The tag that the server gives to the runs of schedules (3.9.1)."""


async def find_stopped_schedules(api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str] = ()) -> Snapshot:
    """Add the deployments whose schedules made a run in the last days and that are paused or switched off now.

    With a memory, what is paused or switched on is seen at once, and what is switched off on its page's turn.
    """
    nothing = (tuple[StoppedSchedule, ...](), Pages({}))
    (stopped, pages), missing = await attempt(
        _stopped(api, snapshot, policy, only), nothing, lambda why: Missing(SCHEDULES, why, essential=False)
    )
    if pages.is_cut:
        number = PAGES_AT_MOST * snapshot.server.settings.page_size
        why = f"more than {number:,} deployments; the others were not asked about"
        missing += (Missing(f"more {SCHEDULES}", why, essential=False),)
    snapshot = replace(snapshot, stopped_schedules=stopped, missing=snapshot.missing + missing)
    if not only and pages.by_number:
        ids = {each.deployment_id for each in stopped}
        snapshot = replace(snapshot, memory=_with_pages(snapshot, pages, ids))
    owners = [Run("", "", "", "", deployment_id=each.deployment_id) for each in stopped]
    return await with_deployments(api, snapshot, owners) if stopped else snapshot


async def _stopped(
    api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str]
) -> tuple[tuple[StoppedSchedule, ...], Pages]:
    pages = await _deployments(api, snapshot, policy, only)
    pools = {None, *(pool.name for pool in snapshot.pools)}
    suspects = [row for row in pages.rows if _is_stopped(row) and row.get("work_pool_name") in pools]
    since = snapshot.taken_at - STOPPED_WITHIN
    last = await _last_expected(api, suspects, since, snapshot) if suspects else {}
    return tuple(_fact(row, last[row["id"]]) for row in suspects if row["id"] in last), pages


async def _deployments(api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str]) -> Pages:
    known, again_after = snapshot.memory.pages, policy.reread_after_seconds
    page_size = snapshot.server.settings.page_size
    if only or not known or not again_after:
        return await every_page(api, only, page_size)
    return await pages_in_turn(api, known, snapshot.taken_at, again_after, page_size)


def _with_pages(snapshot: Snapshot, pages: Pages, stopped: Collection[str]) -> Memory:
    """The memory with the pages that were read in place of what was known of them; behind the last there is none."""
    page_size = snapshot.server.settings.page_size
    before = {each.page: each for each in snapshot.memory.pages}
    read = {
        page: KnownPage(page, snapshot.taken_at, _still(rows, before.get(page), stopped), len(rows) < page_size)
        for page, rows in pages.by_number.items()
    }
    last = min((page for page, each in read.items() if each.is_last), default=max({*before, *read}))
    known = {page: each for page, each in {**before, **read}.items() if page <= last}
    return replace(snapshot.memory, pages=tuple(known[page] for page in sorted(known)))


def _still(rows: Sequence[Row], before: KnownPage | None, stopped: Collection[str]) -> tuple[str, ...]:
    """Those of a page that are stopped, and those that were and have only moved to another page."""
    ids = {*(row["id"] for row in rows), *(before.stopped if before else ())}
    return tuple(sorted(ids.intersection(stopped)))


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
