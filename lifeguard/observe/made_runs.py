"""Whether the server's scheduler makes runs ahead, as it should: one call, and two more only where it seems not to.

It keeps at least an hour of runs of every active schedule (`min_scheduled_time`, Prefect 3.9.1), so where many come soon
and none after that hour, it has stopped, long before the first run is missed.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import as_utc, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import SORT_BY, Row, rows_by_id
from lifeguard.observe.schedules import next_date_of
from lifeguard.observe.state_types import WAITING
from lifeguard.policy import Policy
from lifeguard.services import MADE_BY_SCHEDULER, RUNS_MADE_AHEAD, UnmadeRun
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot

LOOPS = 3
"""A scheduler that has missed so many of its loops has stopped."""

SOON_AT_LEAST = 3
FREQUENT_AT_MOST = 20
OWED_WITHIN = seconds(30 * 86400)
"""A date further ahead may not be due to be made yet (`max_scheduled_time` is 100 days)."""


async def find_unmade_runs(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add the runs that the scheduler owes; nothing is asked where it is switched off, or its settings are not told."""
    if not (snapshot.sees(SERVER_SETTINGS) and snapshot.server.settings.services.scheduler_enabled):
        return snapshot
    nothing = tuple[UnmadeRun, ...]()
    reading = _unmade(api, snapshot, policy)
    unmade, missing = await attempt(reading, nothing, lambda why: Missing(RUNS_MADE_AHEAD, why, essential=False))
    return replace(snapshot, services=replace(snapshot.services, unmade=unmade), missing=snapshot.missing + missing)


async def _unmade(api: Api, snapshot: Snapshot, policy: Policy) -> tuple[UnmadeRun, ...]:
    frequent = _frequent(snapshot, policy)
    after = snapshot.taken_at
    if frequent:
        services = snapshot.server.settings.services
        slack = max(LOOPS * services.scheduler_loop_seconds, policy.service_stalled_after_seconds)
        after += seconds(max(0.0, services.scheduler_ahead_seconds - slack))
    if await api.post("flow_runs/filter", _made(after, frequent)):
        return ()
    rows = await _deployments(api, frequent, snapshot.server.settings.page_size)
    owed = [each for row in rows for each in await _owed(row, after)]
    return tuple(_named(snapshot, each) for each in owed)


def _frequent(snapshot: Snapshot, policy: Policy) -> list[str]:
    """Deployments whose runs come so often that the scheduler is never done with them, and not too often for an hour."""
    services, span = snapshot.server.settings.services, policy.look_ahead_seconds
    until = snapshot.taken_at + seconds(span)
    soon = Counter(
        run.deployment_id
        for run in snapshot.waiting
        if MADE_BY_SCHEDULER in run.tags and run.next_start and snapshot.taken_at < run.next_start <= until
    )
    at_most = services.scheduler_max_runs * span / max(services.scheduler_ahead_seconds, span, 1.0)
    found = (id for id, number in soon.items() if id and SOON_AT_LEAST <= number < at_most)
    return sorted(found)[:FREQUENT_AT_MOST]


def _made(after: datetime, of_deployments: Collection[str]) -> dict[str, Any]:
    """The first of these runs: one is enough, and a server with many would take its time to count them."""
    runs: dict[str, Any] = {
        "state": WAITING,
        "next_scheduled_start_time": {"after_": after.isoformat()},
        "tags": {"all_": [MADE_BY_SCHEDULER]},
        **({"deployment_id": {"any_": list(of_deployments)}} if of_deployments else {}),
    }
    return {"flow_runs": runs, "sort": SORT_BY["next_scheduled_start_time"], "limit": 1}


async def _deployments(api: Api, ids: Collection[str], page_size: int) -> list[Row]:
    """Those deployments; without any, the first page of all that are not paused."""
    if ids:
        return await rows_by_id(api, "deployments", ids, page_size)
    rows: list[Row] = await api.post(
        "deployments/filter", {"deployments": {"paused": {"eq_": False}}, "limit": page_size}
    )
    return rows


async def _owed(row: Row, after: datetime) -> list[UnmadeRun]:
    """The next date of its active schedules; one that is to make only so many runs may be done with them."""
    found: list[UnmadeRun] = []
    for each in row.get("schedules") or ():
        if each["active"] and not row["paused"] and each.get("max_scheduled_runs") is None:
            due = await next_date_of(each["schedule"], after, after + OWED_WITHIN)
            if due:
                found.append(UnmadeRun(row["id"], row["name"], due, after, as_utc(each.get("updated"))))
    return sorted(found, key=lambda each: each.due)[:1]


def _named(snapshot: Snapshot, owed: UnmadeRun) -> UnmadeRun:
    known = snapshot.deployments.get(owed.deployment_id)
    return replace(owed, deployment=known.full_name) if known else owed
