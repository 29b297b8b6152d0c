"""push-dispatch-slow: Prefect Cloud, imitated by a server that is asked as Cloud is, does not hand out the runs of a pool."""

from datetime import UTC, datetime

import anyio

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Look, begin, go_on
from lifeguard.snapshot import Snapshot
from tests.estate import PATIENT, Estate, Said, as_said


def _said_of_cloud(estate: Estate) -> set[Said]:
    async def look() -> Snapshot:
        async with Api(Connection(estate.api_url, is_cloud=True), PATIENT) as api:
            looking = Look(api, PATIENT)
            return await go_on(looking, await begin(looking, datetime.now(UTC)))

    snapshot = anyio.run(look)
    return {as_said(finding) for finding in diagnose(Scene(snapshot, PATIENT, snapshot.taken_at))}


def test_a_run_that_cloud_does_not_hand_out_is_a_warning(estate: Estate) -> None:
    estate.pool("mill", "ecs:push")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=3)
    assert _said_of_cloud(estate) == {Said("push-dispatch-slow", "warning", "work-pool", "mill", 1)}


def test_a_run_that_is_due_since_a_minute_is_not_slow(estate: Estate) -> None:
    estate.pool("mill", "ecs:push")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.8)
    assert _said_of_cloud(estate) == set()


def test_a_full_pool_is_not_slow(estate: Estate) -> None:
    estate.pool("mill", "prefect:managed", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind)
    estate.overdue_run(grind, minutes=3)
    assert _said_of_cloud(estate) == {Said("pool-limit-saturated", "info", "work-pool", "mill", 1)}
