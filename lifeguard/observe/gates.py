"""The limits that runs which are to start will have to pass, and how long runs hold their slots. Reads only.

The length of a pool's runs comes from the history; that of a deployment's runs from its last runs on the server, one call
for each deployment with a limit to which more runs come than it has slots.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from lifeguard.facts import Deployment, Pool, as_utc
from lifeguard.filling import MINUTE, Gate
from lifeguard.observe.api import Api
from lifeguard.observe.paging import Row, every_row
from lifeguard.observe.upcoming import Seen

ASKED_AT_MOST = 20
"""Deployments whose last runs are looked at, those with most runs first."""

RUNS_FOR_A_LENGTH = 3
LAST_RUNS = 20


async def queue_gates(
    api: Api, pools: Iterable[Pool], holds: Mapping[str, float | None], page_size: int
) -> dict[str, list[Gate]]:
    """The queues that run and have a limit, by the name of their pool, whose runs tell how long one takes.

    Raises `CallFailed`.
    """
    names = {pool.id: pool.name for pool in pools}
    found: dict[str, list[Gate]] = {}
    for row in await every_row(api, "work_queues/filter", {}, page_size):
        pool, limit = names.get(row["work_pool_id"], ""), row["concurrency_limit"]
        length = holds.get(pool)
        if limit and length and not row["is_paused"]:
            gate = Gate("work queue", row["name"], limit, row.get("active_slots") or 0, length)
            found.setdefault(pool, []).append(gate)
    return found


async def deployment_gates(api: Api, seen: Seen) -> dict[str, Gate]:
    """By the deployment's id, the limits that more runs come to than they have slots; raises `CallFailed`."""
    comings = Counter(run.deployment for run in seen.coming)
    busy = [each for each in seen.limited if each.limit and each.limit.limit and _free(each) < comings[each.id]]
    chosen = sorted(busy, key=lambda each: (-comings[each.id], each.name))[:ASKED_AT_MOST]
    lengths = {each.id: await _length(api, each.id) for each in chosen}
    return {each.id: _gate(each, length) for each in chosen if (length := lengths[each.id])}


def _free(deployment: Deployment) -> int:
    return deployment.limit.limit - deployment.limit.active_slots if deployment.limit else 0


def _gate(deployment: Deployment, minutes: float) -> Gate:
    limit, strategy = deployment.limit, deployment.collision_strategy
    slots, active = (limit.limit, limit.active_slots) if limit else (0, 0)
    return Gate("deployment", deployment.name, slots, active, minutes, strategy == "CANCEL_NEW")


async def _length(api: Api, deployment_id: str) -> float | None:
    """How long its last runs took, in minutes, half of them longer; None where there were too few."""
    wanted: dict[str, Any] = {
        "deployment_id": {"any_": [deployment_id]},
        "state": {"type": {"any_": ["COMPLETED", "FAILED"]}},
    }
    asked = {"flow_runs": wanted, "sort": "END_TIME_DESC", "limit": LAST_RUNS}
    rows: Sequence[Row] = await api.post("flow_runs/filter", asked)
    lengths = [took for row in rows if (took := _took(row))]
    return median(lengths) if len(lengths) >= RUNS_FOR_A_LENGTH else None


def _took(row: Row) -> float | None:
    began, ended = as_utc(row.get("start_time")), as_utc(row.get("end_time"))
    return (ended - began) / MINUTE if began and ended else None
