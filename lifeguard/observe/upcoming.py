"""The runs that are to start: those that Prefect has made, and those that its schedules will make. Reads only.

Prefect's own preview of a pool is a poll that turns a dead queue READY (causes.md, rule 0.1); the filters used here are not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeguard.facts import OWN_TAG, Deployment, Pool, as_utc
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.paging import Row, every_row, runs_up_to
from lifeguard.observe.schedules import dates_of
from lifeguard.observe.state_types import WAITING
from lifeguard.snapshot import Snapshot
from lifeguard.upcoming import Coming, Untold

RUNS_AT_MOST = 10_000
"""Fifty pages: so many made runs are read, the next first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What comes, and how far it was read: with `read_until`, runs that are to start later were too many.

    `elsewhere` counts the runs that are in no work pool; `limited` are the deployments with a limit of their own.
    """

    coming: tuple[Coming, ...]
    untold: tuple[Untold, ...]
    elsewhere: int
    read_until: datetime | None
    limited: tuple[Deployment, ...] = ()


async def find_upcoming(
    api: Api, snapshot: Snapshot, looked_at: Iterable[Pool], until: datetime, only: Sequence[str] = ()
) -> Seen:
    """Everything that is to start on these pools before a time; raises `CallFailed`."""
    of_pools: dict[str, Any] = {"work_pools": {"name": {"any_": list(only)}}} if only else {}
    page_size, pools = snapshot.server.settings.page_size, {pool.name for pool in looked_at}
    made, read_until = await _made(api, of_pools, until, page_size)
    active = {**of_pools, "deployments": {"paused": {"eq_": False}}}
    deployments = await every_row(api, "deployments/filter", active, page_size)
    own = [row for row in deployments if row.get("work_pool_name") in pools]
    planned, untold = await _planned(own, _last_of_schedules(made), snapshot.taken_at, until)
    cut = [Untold(name, read_until) for name in pools] if read_until else []
    return Seen(
        (*_coming(made, pools), *planned),
        (*untold, *cut),
        sum(not row["work_pool_name"] for row in made),
        read_until,
        tuple(answers.deployment(row, {}) for row in own if row.get("global_concurrency_limit")),
    )


async def _made(
    api: Api, of_pools: Mapping[str, Any], until: datetime, page_size: int
) -> tuple[list[Row], datetime | None]:
    runs = {"state": WAITING, "next_scheduled_start_time": {"before_": until.isoformat()}}
    asked = {**of_pools, "flow_runs": runs}
    rows, cut = await runs_up_to(api, asked, "next_scheduled_start_time", page_size, RUNS_AT_MOST)
    return [row for row in rows if OWN_TAG not in row["tags"]], as_utc(cut)


def _coming(rows: Iterable[Row], pools: Iterable[str]) -> list[Coming]:
    known = set(pools)
    times = ((row, as_utc(row["next_scheduled_start_time"])) for row in rows if row["work_pool_name"] in known)
    return [
        Coming(row["work_pool_name"], at, queue=row.get("work_queue_name"), deployment=row.get("deployment_id"))
        for row, at in times
        if at
    ]


def _last_of_schedules(rows: Iterable[Row]) -> Mapping[str, datetime]:
    """Up to when each schedule has made its runs, by its id: the run says who made it."""
    last: dict[str, datetime] = {}
    for row in rows:
        maker: Row = row.get("created_by") or {}
        at = as_utc(row["expected_start_time"])
        if maker.get("type") == "SCHEDULE" and at:
            last[str(maker["id"])] = max(at, last.get(str(maker["id"]), at))
    return last


async def _planned(
    deployments: Iterable[Row], last: Mapping[str, datetime], now: datetime, until: datetime
) -> tuple[list[Coming], list[Untold]]:
    """What the schedules will make after the runs that they have made."""
    planned, untold = list[Coming](), list[Untold]()
    for row in deployments:
        pool: str = row["work_pool_name"]
        for schedule in row.get("schedules") or ():
            if schedule["active"] and OWN_TAG not in row["tags"]:
                dates = await dates_of(schedule["schedule"], max(now, last.get(str(schedule["id"]), now)), until)
                planned += [Coming(pool, at, False, row.get("work_queue_name"), row["id"]) for at in dates.times]
                untold += [Untold(pool, dates.untold_after)] if dates.untold_after else []
    return planned, untold
