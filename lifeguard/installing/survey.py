"""What is on a server before anything is installed or taken back. Only ever reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifeguard.configuration import Source
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool, Server
from lifeguard.installing.arming import Arming, explain_deployment_id, read_arming
from lifeguard.installing.asking import Row, found
from lifeguard.installing.changes import Change
from lifeguard.installing.history_block import NewAddress, address_to_save, has_history_block
from lifeguard.installing.memory import Memory, recall
from lifeguard.installing.pool_choice import templates_of
from lifeguard.installing.project import Declared
from lifeguard.judgement import settle
from lifeguard.observe.answers import pool as pool_fact
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.paging import every_row
from lifeguard.observe.pools import inspect_pools
from lifeguard.observe.workers import count_workers
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

PAGE_SIZE = 200
PATROL = "patrol"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for; `builds_image`: that prefect.yaml builds the image first."""

    pool: str
    type: str | None = None
    pager: str | None = None
    database_block: str | None = None
    builds_image: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What is there, and what of it matters to an installation.

    `templates` is there only where the pool is not. `live_workers` is None where that cannot be known.
    """

    server: Server
    pool: Pool | None
    live_workers: int | None
    templates: Mapping[str, Mapping[str, Any]]
    declared: Sequence[Declared]
    deployments: Mapping[str, Row | None]
    flows: frozenset[str]
    other_patrols: int
    block_types: Mapping[str, Change]
    has_history_block: bool
    new_address: NewAddress | None
    arming: Arming
    explain_deployment_id: str | None
    memory: Memory | None


async def reach(api: Api, sources: Sequence[Source]) -> Snapshot:
    """The server itself, by the settled policy; raises `CallFailed` where it is not ready."""
    _, snapshot = await settle(api, sources, (), lambda _: None, utc_now())
    if not snapshot.can_go_on:
        raise CallFailed(snapshot.server.not_ready_because or "it is not ready")
    return snapshot


async def survey(
    api: Api,
    snapshot: Snapshot,
    wish: Wish,
    declared: Sequence[Declared],
    block_types: Mapping[str, Change],
) -> Survey:
    """Read everything; raises `CallFailed`, and `ConfigurationError` for a pager or a database that cannot be used."""
    pool = await pool_named(api, wish.pool)
    return Survey(
        server=snapshot.server,
        pool=pool,
        live_workers=await live_workers(api, snapshot, pool) if pool else 0,
        templates={} if pool else templates_of(await api.get("collections/views/aggregate-worker-metadata")),
        declared=declared,
        deployments=await deployments(api, [each.full_name for each in declared]),
        flows=await flow_names(api, [each.flow for each in declared]),
        other_patrols=await _other_patrols(api, declared),
        block_types=block_types,
        has_history_block=await has_history_block(api),
        new_address=await address_to_save(api, wish.database_block),
        arming=await read_arming(api, wish.pager),
        explain_deployment_id=await explain_deployment_id(api),
        memory=await recall(api),
    )


async def pool_named(api: Api, name: str) -> Pool | None:
    """A work pool, None where there is none of this name; raises `CallFailed`."""
    rows: list[Row] = await api.post("work_pools/filter", {"work_pools": {"name": {"any_": [name]}}})
    return pool_fact(rows[0]) if rows else None


async def live_workers(api: Api, snapshot: Snapshot, pool: Pool) -> int | None:
    """How many workers of a pool are alive, by the rule that a patrol has; None where they cannot be seen."""
    seen = await inspect_pools(api, snapshot, Policy(), (pool.name,))
    seen = await count_workers(api, seen)
    scene = Scene(seen, Policy(), seen.taken_at)
    there = next((each for each in seen.pools if each.id == pool.id), None)
    return None if there is None or scene.workers(there) is None else len(scene.live_workers(there))


async def deployments(api: Api, full_names: Sequence[str]) -> dict[str, Row | None]:
    """Each of these deployments, None where it is not there; raises `CallFailed`."""
    return {name: await found(api, f"deployments/name/{name}") for name in full_names}


async def flow_names(api: Api, names: Sequence[str]) -> frozenset[str]:
    """Those of these flows that there are; raises `CallFailed`."""
    rows = await every_row(api, "flows/filter", {"flows": {"name": {"any_": list(names)}}}, PAGE_SIZE)
    return frozenset(str(row["name"]) for row in rows)


async def _other_patrols(api: Api, declared: Sequence[Declared]) -> int:
    """How many deployments of the patrol there are beside the one that is installed."""
    ours = {each.name for each in declared if each.flow == PATROL}
    rows = await every_row(api, "deployments/filter", {"flows": {"name": {"any_": [PATROL]}}}, PAGE_SIZE)
    return sum(1 for row in rows if row["name"] not in ours)
