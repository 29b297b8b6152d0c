"""What an installation changes, decided from what is there. Nothing is asked and nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lifeguard.escaping import command, visible
from lifeguard.installing.arming import NOT_YET, Arming
from lifeguard.installing.caveats import caveats
from lifeguard.installing.changes import Change, Verb
from lifeguard.installing.differences import differences
from lifeguard.installing.history_block import REFERENCE_TO_OURS, NewAddress
from lifeguard.installing.memory import Memory
from lifeguard.installing.pool_choice import NewPool, new_pool, refuse_unfit
from lifeguard.installing.project import Declared
from lifeguard.installing.survey import Survey, Wish
from lifeguard.page import reconcile
from lifeguard.page.explain_rule import EXPLAIN_DEPLOYMENT


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be done, in the order of its doing, and what to say beside it."""

    pool: Change
    new_pool: NewPool | None
    block_types: dict[str, Change]
    database: tuple[Change, ...]
    new_address: NewAddress | None
    declared: Sequence[Declared]
    deployments: dict[str, Change]
    pager: tuple[Change, ...]
    automations: tuple[Change, ...]
    arming: Arming
    memory: Memory
    memory_before: Memory | None
    warnings: tuple[str, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of it."""
        return (
            self.pool,
            *self.block_types.values(),
            *self.database,
            *self.deployments.values(),
            *self.pager,
            *self.automations,
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to do."""
        return not any(change.is_change for change in self.changes)


def plan(seen: Survey, wish: Wish) -> Plan:
    """Decide; raises `ConfigurationError` for a pool that cannot be made or used."""
    new = _pool_to_make(seen, wish)
    type = new.type if new else seen.pool.type if seen.pool else ""
    deployed = {each.full_name: _deployment(each, seen, wish) for each in seen.declared}
    return Plan(
        pool=Change(Verb.CREATE if new else Verb.KEEP, f"work pool {wish.pool!r} of the type {type}"),
        new_pool=new,
        block_types=dict(seen.block_types),
        database=_database(seen),
        new_address=seen.new_address,
        declared=seen.declared,
        deployments=deployed,
        pager=_pager(seen.arming),
        automations=automation_changes(seen.arming, seen.arming.plan(_explain_id(seen))),
        arming=seen.arming,
        memory=_memory(seen, new, deployed),
        memory_before=seen.memory,
        warnings=tuple(caveats(seen, wish.pool, type, has_database=_has_database(seen))),
    )


def automation_changes(arming: Arming, what: reconcile.Plan) -> tuple[Change, ...]:
    """A line for each kind of change, and for each rule that somebody switched off."""
    counts = (
        (Verb.CREATE, len(what.create)),
        (Verb.UPDATE, len(what.update)),
        (Verb.REMOVE, len(what.delete)),
        (Verb.KEEP, len(what.unchanged) if what.is_settled else 0),
    )
    return (
        *(Change(verb, _automations(count, arming.names)) for verb, count in counts if count),
        *(
            Change(
                Verb.LEAVE,
                f"automation {each['name']}",
                f"switched off; {command('prefect automation resume', id=each['id'])} switches it on",
            )
            for each in what.disabled
        ),
    )


def _automations(count: int, pagers: str) -> str:
    return f"{count} automation{'' if count == 1 else 's'} that page through {pagers}"


def _pool_to_make(seen: Survey, wish: Wish) -> NewPool | None:
    if seen.pool is None:
        return new_pool(wish.pool, wish.type, seen.templates, is_cloud=seen.server.is_cloud)
    refuse_unfit(seen.pool, wish.type)
    return None


def _deployment(declared: Declared, seen: Survey, wish: Wish) -> Change:
    there, what = seen.deployments[declared.full_name], f"deployment {declared.full_name}"
    if there is None:
        return Change(Verb.CREATE, what)
    differing = [*differences(declared, there), *(["the image is built"] if wish.builds_image else [])]
    return Change(Verb.UPDATE if differing else Verb.KEEP, what, ", ".join(differing))


def _database(seen: Survey) -> tuple[Change, ...]:
    if seen.new_address is None:
        return (Change(Verb.KEEP, f"block {REFERENCE_TO_OURS}"),) if seen.has_history_block else ()
    return (Change(Verb.CREATE, f"block {REFERENCE_TO_OURS}", f"the address in {seen.new_address.found_in}"),)


def _has_database(seen: Survey) -> bool:
    return seen.has_history_block or seen.new_address is not None


def _pager(arming: Arming) -> tuple[Change, ...]:
    if arming.new is None:
        return ()
    return (Change(Verb.CREATE, f"block pager/{arming.new.name}", f"pages through {visible(arming.new.notification)}"),)


def _explain_id(seen: Survey) -> str | None:
    """Its id is not known before it is deployed, but that there will be a rule about it is."""
    will_be = any(each.full_name == EXPLAIN_DEPLOYMENT for each in seen.declared)
    return seen.explain_deployment_id or (NOT_YET if will_be else None)


def _memory(seen: Survey, new: NewPool | None, deployed: dict[str, Change]) -> Memory:
    """What is made now, and was made before; the automations that were there first are noted once."""
    first = Memory(automations_before=tuple(str(each["id"]) for each in seen.arming.there))
    return (seen.memory or first).with_made(
        pools=(new.name,) if new else (),
        block_types=_created(seen.block_types),
        blocks=(
            *((REFERENCE_TO_OURS,) if seen.new_address else ()),
            *((f"pager/{seen.arming.new.name}",) if seen.arming.new else ()),
        ),
        deployments=_created(deployed),
        flows=tuple(each.flow for each in seen.declared if each.flow not in seen.flows),
    )


def _created(changes: Mapping[str, Change]) -> tuple[str, ...]:
    return tuple(name for name, change in changes.items() if change.verb is Verb.CREATE)
