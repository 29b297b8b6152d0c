"""Make the automations on the server those that are declared, and touch none but ours.

Ours are those that the server keeps as owned by OWNER. That mark is set at creation, is no part of what people edit, and
survives every update (`owner_resource` of `AutomationCreate`, Prefect 3.8.8 and 3.9.1); a copy made by hand has it not.
A rule that somebody switched off stays off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from lifeguard.observe.api import Api, CallFailed
from lifeguard.page.rule_parts import Automation

OWNER = "lifeguard.pagers"
EXACT = frozenset({"match", "match_related"})
"""What one more key in it would change the meaning of; anywhere else, the server adds keys of its own."""
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to do. `update` pairs what is declared with what is there; `delete` and `disabled` are what is there."""

    create: tuple[Automation, ...] = ()
    update: tuple[tuple[Automation, Automation], ...] = ()
    delete: tuple[Automation, ...] = ()
    unchanged: tuple[Automation, ...] = ()
    disabled: tuple[Automation, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to do."""
        return not (self.create or self.update or self.delete)


def plan(declared: Sequence[Automation], found: Sequence[Automation]) -> Plan:
    """Compare what is declared with those of ours that are there; of several with one name, the first stays."""
    kept: dict[str, Automation] = {}
    for each in found:
        kept.setdefault(each["name"], each)
    wanted = {each["name"]: each for each in declared}
    pairs = [(each, kept[name]) for name, each in wanted.items() if name in kept]
    return Plan(
        create=tuple(each for name, each in wanted.items() if name not in kept),
        update=tuple(pair for pair in pairs if not _is_as_declared(*pair)),
        delete=tuple(each for each in found if each["name"] not in wanted or each is not kept[each["name"]]),
        unchanged=tuple(there for each, there in pairs if _is_as_declared(each, there)),
        disabled=tuple(there for _, there in pairs if not there["enabled"]),
    )


async def ours(api: Api) -> list[Automation]:
    """The automations on the server that are ours; raises `CallFailed`."""
    found: list[Automation] = await api.get(f"automations/related-to/{OWNER}")
    return sorted(found, key=lambda each: (each["name"], each["created"]))


async def reconcile(api: Api, declared: Sequence[Automation]) -> Plan:
    """Do what is to do and return what that was; raises `CallFailed`.

    It is looked at again afterwards: a creation whose answer was lost may have happened twice.
    """
    first = rest = plan(declared, await ours(api))
    for _ in range(ROUNDS):
        if rest.is_settled:
            return first
        await _apply(api, rest)
        rest = plan(declared, await ours(api))
    if rest.is_settled:
        return first
    raise CallFailed("the automations do not stay as they are written; does somebody else write them?")


async def _apply(api: Api, what: Plan) -> None:
    """First what is new, so that nothing that pages is away in between."""
    for each in what.create:
        await api.change("POST", "automations/", {**each, "owner_resource": OWNER})
    for each, there in what.update:
        await api.change("PUT", f"automations/{there['id']}", {**each, "enabled": there["enabled"]})
    for there in what.delete:
        await _delete(api, there)


async def _delete(api: Api, there: Automation) -> None:
    try:
        await api.change("DELETE", f"automations/{there['id']}")
    except CallFailed as failure:
        if failure.status != 404:
            raise


def _is_as_declared(declared: Automation, found: Automation) -> bool:
    return all(_same(name, value, found.get(name)) for name, value in declared.items() if name != "enabled")


def _same(name: str, declared: object, found: object) -> bool:
    """Whether the server means the same: it adds keys, turns numbers into floats, and keeps sets in any order."""
    if isinstance(declared, dict):
        return isinstance(found, dict) and _same_mapping(name, cast(Automation, declared), cast(Automation, found))
    if isinstance(declared, list):
        return isinstance(found, list) and _same_list(name, cast(list[object], declared), cast(list[object], found))
    return declared == found


def _same_mapping(name: str, declared: Mapping[str, object], found: Mapping[str, object]) -> bool:
    if name in EXACT and declared.keys() != found.keys():
        return False
    return all(key in found and _same(key, value, found[key]) for key, value in declared.items())


def _same_list(name: str, declared: list[object], found: list[object]) -> bool:
    if all(isinstance(each, str) for each in (*declared, *found)):
        return sorted(map(str, declared)) == sorted(map(str, found))
    return len(declared) == len(found) and all(_same(name, *pair) for pair in zip(declared, found, strict=True))
