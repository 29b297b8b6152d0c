"""Slots that are counted as taken although no run holds them: the counter, its holders, and the counter once more.

The counter (`active_slots`) decides who may start. Leases give slots back, and with Prefect's default storage they are gone
when the server restarts, while the counter stays (PrefectHQ/prefect#17415, #20090).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from lifeguard.facts import Leak, Limit, Run
from lifeguard.observe import answers
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import every_run
from lifeguard.observe.runs import with_deployments
from lifeguard.snapshot import SLOT_LEAKS, Missing, Snapshot

OF_DEPLOYMENT = "deployment:"
HOLDING: dict[str, Any] = {
    "operator": "or_",
    "type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]},
    "name": {"any_": ["AwaitingRetry"]},
}
"""A run keeps its slot while it waits for a retry in its own process (`ReleaseFlowConcurrencySlots`, 3.9.1)."""


async def find_slot_leaks(api: Api, snapshot: Snapshot, only: Sequence[str] = ()) -> Snapshot:
    """Add the limits of deployments that count more slots than runs hold; a look at some pools asks of what waits there."""
    held = Counter(run.deployment_id for run in (*snapshot.active, *snapshot.cancelling, *snapshot.retrying))
    suspects = [
        limit
        for limit in snapshot.limits
        if limit.name.startswith(OF_DEPLOYMENT) and limit.limit > 0 and limit.is_active
        if limit.active_slots > held[_deployment_id(limit)]
        if not only or _deployment_id(limit) in snapshot.deployments
    ]
    reading = _leaks(api, suspects, snapshot.server.settings.page_size) if suspects else _none()
    leaks, missing = await attempt(reading, list[Leak](), lambda why: Missing(SLOT_LEAKS, why, essential=False))
    snapshot = replace(snapshot, leaks=snapshot.leaks + tuple(leaks), missing=snapshot.missing + missing)
    return await with_deployments(api, snapshot, _owners(leaks)) if leaks else snapshot


async def _none() -> list[Leak]:
    return []


def _deployment_id(limit: Limit) -> str:
    return limit.name.removeprefix(OF_DEPLOYMENT)


def _owners(leaks: Iterable[Leak]) -> list[Run]:
    """Runs that stand for the deployments, whose names are wanted."""
    ids = (leak.limit_name.removeprefix(OF_DEPLOYMENT) for leak in leaks)
    return [Run(id="", name="", state_type="", state_name="", deployment_id=id) for id in ids]


async def held_by_runs(api: Api, limit: Limit, page_size: int) -> int:
    """How many runs hold a slot of a deployment's limit now; raises `CallFailed`."""
    return (await _held(api, [limit], page_size))[_deployment_id(limit)]


async def _held(api: Api, limits: Sequence[Limit], page_size: int) -> Counter[str]:
    asked = {"flow_runs": {"deployment_id": {"any_": [_deployment_id(each) for each in limits]}, "state": HOLDING}}
    rows = await every_run(api, asked, "expected_start_time", page_size)
    return Counter(str(row["deployment_id"]) for row in rows)


async def _leaks(api: Api, suspects: Sequence[Limit], page_size: int) -> list[Leak]:
    held = await _held(api, suspects, page_size)
    return [
        Leak(limit.name, slots, held[_deployment_id(limit)])
        for limit in suspects
        if (slots := await still_taken(api, limit)) > held[_deployment_id(limit)]
    ]


async def still_taken(api: Api, limit: Limit) -> int:
    """The smaller of both readings of the counter: a run that ended or began meanwhile is no leak."""
    again = answers.limit(await api.get(f"v2/concurrency_limits/{limit.id}"))
    return min(limit.active_slots, again.active_slots)
