"""Standings for tests: one staffed pool with demand, so that a test states its deviation only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lifeguard.findings import PoolReading, Severity, Verdict
from lifeguard.pickups import Pickups
from lifeguard.standing import LastPatrol, Standing, Trouble
from tests import builders as b

HOSTILE = 'p|`q` \'r\' "s" {t="1"} \\ \n\r\t, # HELP x 😀 \u202e é} 1\\'
OPEN = Trouble(Severity.CRITICAL, "pool-no-workers", "etl")


def reading(name: str = "etl", **deviations: Any) -> PoolReading:
    """A healthy pool with two live workers of three, and no limit."""
    healthy = PoolReading(
        id=f"pool-{name}",
        name=name,
        type="process",
        status="READY",
        needs_workers=True,
        verdict=Verdict.HEALTHY,
        workers_online=2,
        workers_total=3,
        overdue=0,
        oldest_overdue_seconds=None,
        pending=1,
        running=4,
        waiting_for_slot=0,
        active_slots=5,
        concurrency_limit=None,
        has_demand=True,
    )
    return replace(healthy, **deviations)


def standing(
    *pools: PoolReading,
    troubles: Sequence[Trouble] = (),
    pickups: Mapping[str, Pickups] | None = None,
    **deviations: Any,
) -> Standing:
    """What a complete look at NOW found; one pool `etl` unless told otherwise."""
    whole = Standing(
        server=b.API_URL,
        pools=pools or (reading(),),
        troubles=dict.fromkeys(troubles, 1),
        pickups=pickups or {},
        patrol=LastPatrol(b.NOW, True, 1.5, 17),
        seen_at=b.NOW,
        complete_at=b.NOW,
    )
    return replace(whole, **deviations)
