"""Taking back what an installation made: decided from what is there, then done, one thing at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lifeguard.facts import OWN_TAG
from lifeguard.installing.asking import quoted, removed
from lifeguard.installing.changes import Change, Verb
from lifeguard.installing.memory import Memory, forget, remember
from lifeguard.installing.remains import Remains, UsedFlow, UsedPool
from lifeguard.observe.api import Api

MARK = "lifeguard install"
"""What the description of a work pool holds that an installation made."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing that goes or is left, and the paths that are deleted for it."""

    change: Change
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What goes in which order, what is remembered afterwards, and what to be aware of."""

    removals: tuple[Removal, ...]
    memory: Memory
    before: Memory
    warnings: tuple[str, ...]


def take_back(there: Remains) -> TakeBack:
    """Decide. First what pages, so that nobody is told of the silence; last the pool."""
    removals = (
        *_automations(there),
        *_deployments(there),
        *map(_flow, there.flows),
        *(
            Removal(Change(Verb.REMOVE, f"block {name}"), (f"block_documents/{id}",))
            for name, id in there.blocks.items()
        ),
        *_block_types(there),
        *map(_pool, there.pools),
    )
    return TakeBack(removals, _left(there), there.memory, tuple(_warnings(there.pools)))


async def do(api: Api, what: TakeBack, tell: Callable[[Change], None]) -> None:
    """Do it; raises `CallFailed`, and what is left then is still remembered."""
    for removal in what.removals:
        for path in removal.paths:
            await removed(api, path)
        tell(removal.change)
    if what.memory.is_empty:
        await forget(api)
    else:
        await remember(api, what.memory, what.before)


def _automations(there: Remains) -> Iterable[Removal]:
    if there.automations:
        paths = tuple(f"automations/{each['id']}" for each in there.automations)
        yield Removal(Change(Verb.REMOVE, _rules(len(paths))), paths)
    if there.automations_before:
        why = "armed before `lifeguard install`; `lifeguard disarm` removes them"
        yield Removal(Change(Verb.LEAVE, _rules(there.automations_before), why))


def _rules(count: int) -> str:
    return f"{count} automation{'' if count == 1 else 's'} of Lifeguard"


def _deployments(there: Remains) -> Iterable[Removal]:
    """With the automations that `prefect deploy` made for it, which Prefect leaves behind (3.9.1)."""
    for name, row in there.deployments.items():
        if row is None:
            continue
        if OWN_TAG not in row["tags"]:
            yield Removal(Change(Verb.LEAVE, f"deployment {name}", f"it is not tagged {OWN_TAG} any more"))
            continue
        id = str(row["id"])
        paths = (f"automations/owned-by/prefect.deployment.{id}", f"deployments/{id}")
        yield Removal(Change(Verb.REMOVE, f"deployment {name}"), paths)


def _flow(flow: UsedFlow) -> Removal:
    what = f"flow {flow.name}"
    if flow.runs:
        return Removal(Change(Verb.LEAVE, what, "its past runs hang on it"))
    if flow.other_deployments:
        return Removal(Change(Verb.LEAVE, what, "others deploy it"))
    return Removal(Change(Verb.REMOVE, what), (f"flows/{flow.id}",))


def _block_types(there: Remains) -> Iterable[Removal]:
    for slug, (id, others) in there.block_types.items():
        what = f"block type {slug}"
        if others:
            yield Removal(Change(Verb.LEAVE, what, f"others saved {', '.join(others)}"))
        else:
            yield Removal(Change(Verb.REMOVE, what), (f"block_types/{id}",))


def _pool(used: UsedPool) -> Removal:
    what = f"work pool {used.pool.name!r}"
    if not _is_made_by_us(used):
        return Removal(Change(Verb.LEAVE, what, "its description is not the one that it was made with"))
    if used.other_deployments:
        return Removal(Change(Verb.LEAVE, what, f"{used.other_deployments} deployments of others use it"))
    return Removal(Change(Verb.REMOVE, what), (f"work_pools/{quoted(used.pool.name)}",))


def _is_made_by_us(used: UsedPool) -> bool:
    return MARK in used.description


def _warnings(pools: Iterable[UsedPool]) -> Iterable[str]:
    """A worker makes its pool anew with its next heartbeat (`_update_local_work_pool_info`, Prefect 3.9.1)."""
    for used in pools:
        if used.live_workers and _pool(used).change.is_change:
            yield (
                f"A worker was alive on {used.pool.name!r} a moment ago: end it where it still runs, or it makes the work "
                "pool anew."
            )


def _left(there: Remains) -> Memory:
    """What others use stays remembered, and can be taken back when they do not any more."""
    return Memory(
        pools=tuple(used.pool.name for used in there.pools if used.other_deployments and _is_made_by_us(used)),
        block_types=tuple(slug for slug, (_, others) in there.block_types.items() if others),
        automations_before=there.memory.automations_before,
    )
