"""What is still on a server of what an installation made, and who else uses it. Only ever reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifeguard.facts import Pool
from lifeguard.installing.asking import Row, found, quoted
from lifeguard.installing.memory import Memory, recall
from lifeguard.installing.survey import PAGE_SIZE, deployments, live_workers, pool_named
from lifeguard.observe.api import Api
from lifeguard.observe.paging import every_row
from lifeguard.page.reconcile import ours
from lifeguard.page.rule_parts import Automation
from lifeguard.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class UsedPool:
    """A work pool, what it says of itself, and who is on it beside the deployments that were installed."""

    pool: Pool
    description: str
    other_deployments: int
    live_workers: int | None


@dataclass(frozen=True, slots=True)
class UsedFlow:
    """A flow, how many runs of it have begun, and how many deployments it has beside those that were installed."""

    id: str
    name: str
    runs: int
    other_deployments: int


@dataclass(frozen=True, slots=True)
class Remains:
    """What there is. `blocks` holds the id of each saved block, `block_types` the id of each type and who saved one."""

    memory: Memory
    automations: Sequence[Automation]
    automations_before: int
    deployments: Mapping[str, Row | None]
    flows: Sequence[UsedFlow]
    blocks: Mapping[str, str]
    block_types: Mapping[str, tuple[str, Sequence[str]]]
    pools: Sequence[UsedPool]


async def remains(api: Api, snapshot: Snapshot) -> Remains | None:
    """Read it; None where nothing was installed. Raises `CallFailed`, and `ConfigurationError` for a foreign variable."""
    memory = await recall(api)
    if memory is None:
        return None
    installed, rules = await deployments(api, memory.deployments), await ours(api)
    ids = {str(row["id"]) for row in installed.values() if row}
    return Remains(
        memory=memory,
        automations=[each for each in rules if str(each["id"]) not in memory.automations_before],
        automations_before=sum(1 for each in rules if str(each["id"]) in memory.automations_before),
        deployments=installed,
        flows=await _flows(api, memory.flows, ids),
        blocks=await _blocks(api, memory.blocks),
        block_types={slug: kind for slug in memory.block_types if (kind := await _block_type(api, slug, memory))},
        pools=[used for name in memory.pools if (used := await _pool(api, snapshot, name, ids))],
    )


async def _flows(api: Api, names: Sequence[str], installed: set[str]) -> list[UsedFlow]:
    rows = await every_row(api, "flows/filter", {"flows": {"name": {"any_": list(names)}}}, PAGE_SIZE) if names else []
    return [await _flow(api, row, installed) for row in rows]


async def _flow(api: Api, row: Row, installed: set[str]) -> UsedFlow:
    """Runs that only wait go with their deployment, and do not count."""
    one = {"flows": {"id": {"any_": [row["id"]]}}}
    begun = {**one, "flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}}
    runs: int = await api.post("flow_runs/count", begun)
    return UsedFlow(str(row["id"]), str(row["name"]), runs, await _others(api, one, installed))


async def _others(api: Api, of: dict[str, Any], installed: set[str]) -> int:
    rows = await every_row(api, "deployments/filter", of, PAGE_SIZE)
    return sum(1 for row in rows if str(row["id"]) not in installed)


async def _blocks(api: Api, references: Sequence[str]) -> dict[str, str]:
    there: dict[str, str] = {}
    for reference in references:
        slug, _, name = reference.partition("/")
        row = await found(api, f"block_types/slug/{quoted(slug)}/block_documents/name/{quoted(name)}")
        if row:
            there[reference] = str(row["id"])
    return there


async def _block_type(api: Api, slug: str, memory: Memory) -> tuple[str, Sequence[str]] | None:
    """Its id, and the blocks of it that others have saved."""
    row = await found(api, f"block_types/slug/{quoted(slug)}")
    if row is None:
        return None
    saved: list[Row] = await api.get(f"block_types/slug/{quoted(slug)}/block_documents")
    references = [f"{slug}/{document['name']}" for document in saved]
    return str(row["id"]), [reference for reference in references if reference not in memory.blocks]


async def _pool(api: Api, snapshot: Snapshot, name: str, installed: set[str]) -> UsedPool | None:
    pool = await pool_named(api, name)
    if pool is None:
        return None
    row = await found(api, f"work_pools/{quoted(name)}") or {}
    others = await _others(api, {"work_pools": {"name": {"any_": [name]}}}, installed)
    return UsedPool(pool, str(row.get("description") or ""), others, await live_workers(api, snapshot, pool))
