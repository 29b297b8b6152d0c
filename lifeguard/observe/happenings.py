"""What somebody did lately to some resources, as the server's events tell it: one question for all of them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeGuard

import anyio

from lifeguard.facts import as_utc
from lifeguard.happenings import TELLING, Happening, Happenings, Number
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.events import EventRow, newest_events

PAGES_READ = 4
"""Of 50 events each: what a redeployment of a hundred deployments makes, beside what else there is."""

LOOKS_AT_MOST_SECONDS = 10.0
IDS_ASKED = 50
Labels = Mapping[str, Any]

FLOW_ROLE, POOL_ROLE = "flow", "work-pool"


async def happenings(api: Api, resources: Collection[str], since: datetime, until: datetime) -> Happenings:
    """The newest events that touch any of these resources, oldest first; raises `CallFailed`.

    Asks about `IDS_ASKED` resources at most: more of them is a mistake of the caller.
    """
    wanted = {
        "event": {"name": list(TELLING)},
        "any_resource": {"id": sorted(resources)[:IDS_ASKED]},
        "occurred": {"since": since.isoformat(), "until": until.isoformat()},
    }
    rows, is_cut_off = await newest_events(api, wanted, PAGES_READ)
    return Happenings(tuple(sorted(map(happening, rows), key=lambda each: each.at)), is_cut_off)


async def happenings_or_why_not(
    api: Api, resources: Collection[str], since: datetime, until: datetime
) -> Happenings | str:
    """The same, or why nobody could look; within `LOOKS_AT_MOST_SECONDS`, since people wait for what stands beside it."""
    try:
        with anyio.fail_after(LOOKS_AT_MOST_SECONDS):
            return await happenings(api, resources, since, until)
    except TimeoutError:
        return f"the server's events took longer than {LOOKS_AT_MOST_SECONDS:g} s"
    except CallFailed as failure:
        return failure.reason
    except ANOTHER_SHAPE:
        return "the answer is not what Prefect answers"


def happening(row: EventRow) -> Happening:
    """One event in our own form."""
    resource: Labels = row["resource"]
    related: list[Labels] = row.get("related") or []
    payload: Labels = row.get("payload") or {}
    by_role = {each.get("prefect.resource.role"): _name(each) for each in related}
    at = as_utc(row["occurred"])
    assert at is not None
    limit = payload.get("limit")
    return Happening(
        event=row["event"],
        at=at,
        id=resource["prefect.resource.id"],
        name=_name(resource) or resource["prefect.resource.id"],
        touched=frozenset(each["prefect.resource.id"] for each in (resource, *related)),
        pool_name=by_role.get(POOL_ROLE),
        flow_name=by_role.get(FLOW_ROLE),
        fields=tuple(payload.get("updated_fields") or ()),
        numbers=_numbers(payload.get("updates") or {}),
        limit=limit if _is_number(limit) else None,
    )


def _name(resource: Labels) -> str | None:
    return resource.get("prefect.resource.name")


def _numbers(updates: Mapping[str, Any]) -> dict[str, tuple[Number, Number]]:
    """Those that are numbers before and after, or were or became none."""
    found: dict[str, tuple[Number, Number]] = {}
    for name, change in updates.items():
        old, new = change.get("from"), change.get("to")
        if all(value is None or _is_number(value) for value in (old, new)) and old != new:
            found[name] = (old, new)
    return found


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
