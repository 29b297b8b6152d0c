"""A real look in parts: every question of a whole look is asked by somebody, and by nobody twice of one pool."""

from dataclasses import replace
from datetime import UTC, datetime

import anyio
import pytest

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.in_parts import STAGES_OF_A_PART, look_after_parts, look_beside_parts, look_outside_pools
from lifeguard.observe.look import Look, begin, go_on, inspect_work_pools
from lifeguard.observe.outside_pools import runs_outside_pools
from lifeguard.parts.share import Share, split
from lifeguard.parts.together import together
from lifeguard.snapshot import Snapshot
from tests.estate import PATIENT, Estate, as_said
from tests.prefect_server import PrefectServer

SCHEDULED = {"state": {"type": {"any_": ["SCHEDULED"]}}}


@pytest.fixture
def ill(either_server: PrefectServer) -> Estate:
    """Pools that are ill in different ways, and runs in no pool: of a served deployment, and of a queue that was deleted."""
    estate = Estate(either_server.api_url)
    estate.raze()
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    full = estate.deployment("bake", estate.staffed_pool("oven", limit=1))
    estate.running_run(full)
    estate.overdue_run(full)
    estate.overdue_run(estate.deployment("sweep", estate.pool("paused", paused=True)))
    estate.staffed_pool("calm")
    estate.queue("calm", "gone")
    estate.overdue_run(estate.deployment("lost", "calm", queue="gone"))
    estate.delete_queue("calm", "gone")
    return estate


def looked_at(api_url: str, parts: int) -> tuple[Snapshot, list[Finding]]:
    """A look in so many parts, or a whole one."""

    async def look() -> Snapshot:
        async with Api(Connection(api_url), PATIENT) as api:
            looking = Look(api, PATIENT)
            begun = await begin(looking, datetime.now(UTC))
            return await go_on(looking, begun) if parts == 1 else await in_parts(looking, begun)

    async def in_parts(looking: Look, begun: Snapshot) -> Snapshot:
        whole = await inspect_work_pools(looking, begun)
        pieces = [await seen_by(looking, share) for share in split(whole, PATIENT, parts)]
        pieces.append(await look_outside_pools(looking, whole))
        return await look_after_parts(looking, together(await look_beside_parts(looking, whole), pieces))

    async def seen_by(looking: Look, share: Share) -> Snapshot:
        picture = share.picture
        for _, stage in STAGES_OF_A_PART:
            picture = await stage(looking, picture)
        return picture

    seen = anyio.run(look)
    return seen, diagnose(Scene(seen, PATIENT, seen.taken_at))


def test_it_sees_and_finds_what_a_whole_look_does(ill: Estate) -> None:
    with ill:
        (whole, found), (parted, found_in_parts) = looked_at(ill.api_url, 1), looked_at(ill.api_url, 3)
        ill.raze()
    assert {as_said(each) for each in found_in_parts} == {as_said(each) for each in found}
    assert {"pool-no-workers", "pool-limit-saturated", "pool-paused", "run-orphaned-no-queue"} <= {
        f.code for f in found
    }
    assert facts(parted) == facts(whole)


def facts(seen: Snapshot) -> dict[str, object]:
    """What was seen, but for order and for what differs between looks: the server marks runs Late and pools not ready."""
    waiting = tuple(replace(run, state_name="", state_since=None) for run in seen.waiting)
    pools = tuple(replace(pool, status=None) for pool in seen.pools)
    seen = replace(seen, waiting=waiting, pools=pools)
    names = ("pools", "waiting", "active", "ended", "deployments", "workers", "holders", "limits", "missing")
    return {name: sorted(map(repr, _plain(getattr(seen, name)))) for name in names}


def _plain(value: object) -> list[object]:
    return list(value.items()) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]


def test_runs_outside_of_pools_are_found_whether_or_not_they_ever_had_a_queue(estate: Estate) -> None:
    estate.queue(estate.pool("calm"), "gone")
    lost = estate.overdue_run(estate.deployment("lost", "calm", queue="gone"))
    inside = estate.overdue_run(estate.deployment("grind", "calm"))
    estate.delete_queue("calm", "gone")
    assert outside(estate) == {lost} - {inside}
    served = estate.overdue_run(estate.deployment("served", None))
    assert outside(estate) == {lost, served}


def outside(estate: Estate) -> set[str]:
    async def ask() -> set[str]:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            return {row["id"] for row in await runs_outside_pools(api, SCHEDULED, "expected_start_time", 200)}

    return anyio.run(ask)


def test_calls_that_are_lent_count_until_they_are_told() -> None:
    api = Api(Connection("http://127.0.0.1:1/api"), PATIENT.model_copy(update={"call_ceiling": 100}))
    api.lend(30)
    assert api.calls_left == 70
    api.settle(30, 12, api.answers)
    assert (api.calls_left, api.calls) == (88, 12)
