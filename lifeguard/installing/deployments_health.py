"""Are the deployments there, do they run on a schedule, and can anything run them? Nothing is asked here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeguard.escaping import command, visible
from lifeguard.facts import Pool, as_utc
from lifeguard.installing.health import Part, Trouble, counted, part
from lifeguard.installing.pool_choice import start_a_worker
from lifeguard.installing.project import Declared

Row = Mapping[str, Any]

DEPLOYMENTS, POOL = "deployments", "work pool"
SERVE = "lifeguard up"


@dataclass(frozen=True, slots=True)
class SeenPool:
    """A work pool that a deployment names; `pool` is None where there is none of this name."""

    name: str
    pool: Pool | None
    live_workers: int | None


def install_on(pools: Sequence[str]) -> str:
    """The command that puts things right, on the pool that is in use."""
    return command("lifeguard install", pool=pools[0]) if pools else "lifeguard install --pool NAME"


def deployments_part(declared: Sequence[Declared], there: Mapping[str, Row | None]) -> Part:
    """Each is there, is not paused, and its schedules are on."""
    install = install_on(pools_in_use(there))
    troubles = [trouble for each in declared for trouble in _troubles(each, there[each.full_name], install)]
    scheduled = sum(1 for each in declared if each.row.get("schedules"))
    return part(DEPLOYMENTS, troubles, f"{len(declared)} are there, {scheduled} of them on a schedule")


def _troubles(declared: Declared, row: Row | None, install: str) -> list[Trouble]:
    name = declared.full_name
    if row is None:
        return [Trouble(f"{name} is not deployed", install)]
    if row.get("paused"):
        return [Trouble(f"{name} is paused", f"Switch {name} on in the Prefect UI under Deployments")]
    schedules: Sequence[Row] = row.get("schedules") or ()
    if declared.row.get("schedules") and not schedules:
        return [Trouble(f"{name} has no schedule", install)]
    return [
        Trouble(f"a schedule of {name} is switched off", f"prefect deployment schedule resume {name} {each['id']}")
        for each in schedules
        if not each["active"]
    ]


def pools_in_use(there: Mapping[str, Row | None]) -> list[str]:
    """The names of the pools that the deployments are on."""
    names = (row["work_pool_name"] for row in there.values() if row and row.get("work_pool_name"))
    return list(dict.fromkeys(str(name) for name in names))


def pool_part(
    pools: Sequence[SeenPool],
    there: Mapping[str, Row | None],
    now: datetime,
    patience_seconds: float,
    *,
    is_cloud: bool,
) -> Part:
    """Every pool can run what is on it, and what is on none is served by a process."""
    served = {name: row for name, row in there.items() if row and not row.get("work_pool_name")}
    idle = [name for name, row in served.items() if not _is_served(row, now, patience_seconds)]
    troubles = [trouble for pool in pools if (trouble := _pool_trouble(pool, is_cloud))]
    troubles += [Trouble(f"no process serves {name}", SERVE) for name in idle]
    if not pools and not served:
        return Part(POOL, False, "no deployment is on any", (install_on(()),))
    if not troubles and any(each.live_workers is None for each in pools):
        return Part(POOL, None, "its workers could not be seen", ("lifeguard check",))
    words = [*map(_words, pools), *([f"{counted(len(served), 'deployment')} served by a process"] if served else [])]
    return part(POOL, troubles, "; ".join(words))


def _is_served(row: Row, now: datetime, patience_seconds: float) -> bool:
    """By when it was last asked for: the status that the server shows lags."""
    polled = as_utc(row.get("last_polled"))
    return polled is not None and (now - polled).total_seconds() <= patience_seconds


def _pool_trouble(seen: SeenPool, is_cloud: bool) -> Trouble | None:
    name, pool = repr(visible(seen.name)), seen.pool
    if pool is None:
        return Trouble(f"{name} does not exist", install_on([seen.name]))
    if pool.is_workerless and not is_cloud:
        another = "lifeguard install --pool NAME, with the name of a pool that workers serve"
        return Trouble(f"{name} is of the type {visible(pool.type)}, which only Prefect Cloud runs", another)
    if pool.is_paused:
        return Trouble(f"{name} is paused", command("prefect work-pool resume", seen.name))
    if pool.needs_workers and seen.live_workers == 0:
        return Trouble(f"no worker of {name} is alive", start_a_worker(seen.name))
    return None


def _words(seen: SeenPool) -> str:
    name = repr(visible(seen.name))
    if seen.pool and not seen.pool.needs_workers:
        return f"{name} needs no worker ({visible(seen.pool.type)})"
    return f"{name} has {counted(seen.live_workers or 0, 'live worker')}"
