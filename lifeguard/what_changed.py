"""What changed in the hour before: Prefect's own events about the resources of an incident, as sentences. Pure.

It says what was done, never that this was the cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.facts import seconds
from lifeguard.findings import Finding
from lifeguard.happenings import DEPLOYMENT, LIMIT, POOL, QUEUE, WORKER, Happening, Happenings

LOOKS_BACK_SECONDS = 3600.0
SHOWN = 8
ALIKE_FROM = 4
"""So many deployments that are updated, or workers that start, are one sentence."""

BORN_WITHIN_SECONDS = 2.0
"""A new pool gets a queue and says that it is not ready: within milliseconds (3.8.8 and 3.9.1), and no news of its own."""

MEANING = {
    f"{POOL}created": "work pool '{name}' was created",
    f"{POOL}deleted": "work pool '{name}' was deleted",
    f"{POOL}paused": "work pool '{name}' was paused",
    f"{POOL}ready": "work pool '{name}' became ready",
    f"{POOL}not-ready": "work pool '{name}' became not ready: no worker of it was online",
    f"{QUEUE}created": "work queue '{name}' of '{pool}' was created",
    f"{QUEUE}deleted": "work queue '{name}' of '{pool}' was deleted",
    f"{QUEUE}paused": "work queue '{name}' of '{pool}' was paused",
    f"{QUEUE}ready": "work queue '{name}' of '{pool}' became ready",
    f"{DEPLOYMENT}created": "deployment '{name}' was created",
    f"{DEPLOYMENT}deleted": "deployment '{name}' was deleted",
    f"{LIMIT}deleted": "concurrency limit '{name}' was deleted",
    f"{WORKER}started": "worker '{name}' of '{pool}' started",
    f"{WORKER}stopped": "worker '{name}' of '{pool}' stopped",
}
CALLED = {POOL: "work pool '{name}'", QUEUE: "work queue '{name}' of '{pool}'", DEPLOYMENT: "deployment '{name}'"}
MANY = {
    f"{DEPLOYMENT}created": "{number} deployments{pool} were created, '{name}' the last of them",
    f"{DEPLOYMENT}updated": "{number} deployments{pool} were updated, '{name}' the last of them",
    f"{DEPLOYMENT}deleted": "{number} deployments{pool} were deleted, '{name}' the last of them",
    f"{WORKER}started": "{number} workers{pool} started, '{name}' the last of them",
    f"{WORKER}stopped": "{number} workers{pool} stopped, '{name}' the last of them",
}
LIMIT_FIELD = "concurrency_limit"


@dataclass(frozen=True, slots=True)
class SeenChange:
    """One thing that was done, and when."""

    at: datetime
    says: str


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The newest changes, newest last, and how many older ones there were.

    With `is_cut_off` there may be still more. `unseen` is why nobody could look, None where somebody did.
    """

    changes: tuple[SeenChange, ...] = ()
    older: int = 0
    is_cut_off: bool = False
    unseen: str | None = None


def resources_of(finding: Finding, pools: Mapping[str, str], limits: Mapping[str, str]) -> frozenset[str]:
    """The ids, as events name them, of what a finding is about: its resource, its pool, and a deployment's limit.

    `pools` are the ids of work pools by name, `limits` those of concurrency limits. Nothing of the server as a whole.
    """
    resource = finding.resource
    own = {"work-pool": POOL, "work-queue": QUEUE, "deployment": DEPLOYMENT, "concurrency-limit": LIMIT}
    found = {own[resource.kind] + resource.id} if resource.kind in own else set[str]()
    if pool := pools.get(finding.pool_name or ""):
        found.add(POOL + pool)
    if resource.kind == "deployment" and (limit := limits.get(f"deployment:{resource.id}")):
        found.add(LIMIT + limit)
    return frozenset(found)


def what_changed(
    seen: Happenings, resources: frozenset[str], until: datetime, since: datetime | None = None
) -> WhatChanged:
    """What touched these resources up to `until`, from `since` on, or in the hour before."""
    since = since or until - seconds(LOOKS_BACK_SECONDS)
    own = [each for each in seen.seen if each.touched & resources and since <= each.at <= until]
    changes = sorted(_sentences(_newsworthy(own)), key=lambda change: change.at)
    return WhatChanged(tuple(changes[-SHOWN:]), max(0, len(changes) - SHOWN), seen.is_cut_off)


def before(change: SeenChange, moment: datetime, what: str = "") -> str:
    """The sentence with its time, and how long before a moment, or after it, that was."""
    lag = int((moment - change.at).total_seconds())
    day = "" if change.at.date() == moment.date() else f"{change.at:%Y-%m-%d} "
    return f"{change.says} at {day}{change.at:%H:%M} UTC, {_span(abs(lag))} {'before' if lag >= 0 else 'after'}{what}"


def newest_first(changed: WhatChanged | None) -> Sequence[SeenChange]:
    """The changes from the newest on, for those who read two of them."""
    return changed.changes[::-1] if changed else ()


def remark(changed: WhatChanged) -> str | None:
    """What the list does not show, or that there is nothing to show."""
    if changed.unseen:
        return f"what changed before could not be looked up: {changed.unseen}"
    if changed.is_cut_off:
        return f"and at least {changed.older} more before; not all events were read" if changed.older else CUT_OFF
    return f"and {changed.older} more before" if changed.older else NOTHING if not changed.changes else None


NOTHING = "no event of Prefect tells of a change"
CUT_OFF = "there may be more before: not all events were read"


def _span(lag: int) -> str:
    hours, minutes = divmod(lag // 60, 60)
    if lag < 60:
        return f"{lag} s"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _newsworthy(happenings: Iterable[Happening]) -> list[Happening]:
    """Without what comes of the birth of a pool, and without queues that are polled again after a silence."""
    every = list(happenings)
    born = [each for each in every if each.event == f"{POOL}created"]
    paused = {each.id for each in every if each.event == f"{QUEUE}paused"}
    return [
        each
        for each in every
        if not any(_is_of_birth(each, birth) for birth in born) and (each.event != f"{QUEUE}ready" or each.id in paused)
    ]


def _is_of_birth(each: Happening, birth: Happening) -> bool:
    is_sign = each.event in (f"{POOL}not-ready", f"{QUEUE}created")
    return is_sign and birth.id in each.touched and abs(each.at - birth.at) <= seconds(BORN_WITHIN_SECONDS)


def _sentences(happenings: Sequence[Happening]) -> list[SeenChange]:
    alike: dict[tuple[str, str | None], list[Happening]] = {}
    for each in happenings:
        alike.setdefault((each.event, each.pool_name), []).append(each)
    return [
        change
        for some in alike.values()
        for change in ([_together(some)] if len(some) >= ALIKE_FROM and some[0].event in MANY else map(_sentence, some))
    ]


def _together(some: Sequence[Happening]) -> SeenChange:
    last = max(some, key=lambda each: each.at)
    number = len({each.id for each in some})
    if number == 1:
        said = _sentence(last)
        return replace(said, says=f"{said.says}, {len(some)} times in all")
    pool = f" of '{last.pool_name}'" if last.pool_name else ""
    return SeenChange(last.at, MANY[last.event].format(number=number, pool=pool, name=_full_name(last)))


def _sentence(each: Happening) -> SeenChange:
    names = {"name": _full_name(each), "pool": each.pool_name or "an unknown pool"}
    known = MEANING.get(each.event)
    if known:
        return SeenChange(each.at, known.format(**names))
    if each.event.startswith(LIMIT):
        was = "created with" if each.event.endswith("created") else "set to"
        to = f" {was} {each.limit}" if each.limit is not None else " changed"
        return SeenChange(each.at, f"concurrency limit '{each.name}' was{to}")
    kind, _, _ = each.event.rpartition(".")
    return SeenChange(each.at, _updated(CALLED[f"{kind}."].format(**names), each))


def _updated(what: str, each: Happening) -> str:
    numbers = [_number(what, name, *values) for name, values in each.numbers.items()]
    others = [name for name in each.fields if name not in each.numbers]
    named = f" ({', '.join(others)})" if others else ""
    rest = [f"{what} was updated{named}"] if others or not numbers else []
    return "; ".join([*numbers, *rest])


def _number(what: str, field: str, old: int | None, new: int | None) -> str:
    called = f"the {'limit' if field == LIMIT_FIELD else field} of {what}"
    if old is None:
        return f"{called} was set to {new} (there was none before)"
    return f"{called} went from {old} to {new}" if new is not None else f"{called} was removed (it was {old})"


def _full_name(each: Happening) -> str:
    return f"{each.flow_name}/{each.name}" if each.flow_name else each.name
