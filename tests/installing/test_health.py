"""What `lifeguard status` says of each part, without a server."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lifeguard.facts import Pool
from lifeguard.installing.deployments_health import SeenPool, deployments_part, pool_part
from lifeguard.installing.health import Part, is_well
from lifeguard.installing.patrol_health import SeenPatrols, patrol_part
from lifeguard.installing.project import Declared

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DECLARED = [Declared("patrol", {"name": "patrol", "schedules": [{"cron": "* * * * *"}]}, ())]
ON: dict[str, Any] = {"id": "s", "active": True}
ROW: dict[str, Any] = {"work_pool_name": "p", "paused": False, "schedules": [ON]}


def minutes_ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (ROW, Part("deployments", True, "1 are there, 1 of them on a schedule")),
        (
            None,
            Part("deployments", False, "patrol/patrol is not deployed", ("lifeguard install --pool NAME",)),
        ),
        (
            {**ROW, "schedules": []},
            Part("deployments", False, "patrol/patrol has no schedule", ("lifeguard install --pool p",)),
        ),
        (
            {**ROW, "schedules": [{"id": "s", "active": False}]},
            Part(
                "deployments",
                False,
                "a schedule of patrol/patrol is switched off",
                ("prefect deployment schedule resume patrol/patrol s",),
            ),
        ),
        (
            {**ROW, "paused": True},
            Part(
                "deployments",
                False,
                "patrol/patrol is paused",
                ("Switch patrol/patrol on in the Prefect UI under Deployments",),
            ),
        ),
    ],
)
def test_deployments(row: dict[str, Any] | None, part: Part) -> None:
    assert deployments_part(DECLARED, {"patrol/patrol": row}) == part


@pytest.mark.parametrize(
    ("pool", "workers", "well", "says"),
    [
        (Pool("1", "p"), 2, True, "'p' has 2 live workers"),
        (Pool("1", "p"), 0, False, "no worker of 'p' is alive"),
        (Pool("1", "p"), None, None, "its workers could not be seen"),
        (None, 0, False, "'p' does not exist"),
        (Pool("1", "p", is_paused=True), 1, False, "'p' is paused"),
        (Pool("1", "p", "ecs:push"), 0, False, "'p' is of the type ecs:push, which only Prefect Cloud runs"),
    ],
)
def test_the_pool(pool: Pool | None, workers: int | None, well: bool | None, says: str) -> None:
    seen = pool_part([SeenPool("p", pool, workers)], {"patrol/patrol": ROW}, NOW, 60, is_cloud=False)
    assert (seen.well, seen.says) == (well, says)


def test_prefect_cloud_runs_push_pools() -> None:
    pool = SeenPool("p", Pool("1", "p", "ecs:push"), 0)
    assert pool_part([pool], {"patrol/patrol": ROW}, NOW, 60, is_cloud=True).well


@pytest.mark.parametrize(("polled", "well"), [(minutes_ago(0.5), True), (minutes_ago(5), False), (None, False)])
def test_what_is_served_needs_a_process_that_asks_for_it(polled: datetime | None, well: bool) -> None:
    row = {**ROW, "work_pool_name": None, "last_polled": polled.isoformat() if polled else None}
    part = pool_part([], {"patrol/patrol": row}, NOW, 60, is_cloud=False)
    assert (part.well, part.next) == (well, () if well else ("lifeguard up",))


@pytest.mark.parametrize(
    ("seen", "well", "says"),
    [
        (SeenPatrols(None, None, None), False, "none has completed yet"),
        (SeenPatrols(minutes_ago(1), None, NOW), True, "completed 1 min ago"),
        (SeenPatrols(minutes_ago(4), minutes_ago(3), NOW), True, "completed 4 min ago"),
        (SeenPatrols(minutes_ago(9), minutes_ago(8), NOW), False, "completed 9 min ago; the next one is late by 8 min"),
        (SeenPatrols(minutes_ago(600), None, NOW), True, "completed 10 h ago"),
        (SeenPatrols(minutes_ago(9), None, None), False, "completed 9 min ago; none is scheduled"),
    ],
)
def test_the_last_patrol_is_late_by_its_schedule(seen: SeenPatrols, well: bool, says: str) -> None:
    part = patrol_part(seen, NOW)
    assert (part.well, part.says) == (well, says)


@pytest.mark.parametrize(
    ("parts", "well"), [((True, True), True), ((True, None), None), ((None, False), False), ((), True)]
)
def test_what_is_wrong_is_worse_than_what_cannot_be_seen(parts: tuple[bool | None, ...], well: bool | None) -> None:
    assert is_well([Part("x", each, "") for each in parts]) is well
