"""The deployments on the server as they are while this process serves them: no work pool, and the code of this checkout.

They keep the names that `prefect deploy` gives them, on purpose. A server then has one patrol, whichever way it runs: who
moves from a pool to `lifeguard up` or back moves that one deployment, its limit of one run holds everywhere, and the rules
of `lifeguard arm` go on meaning it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from lifeguard.installing.asking import found
from lifeguard.installing.project import Declared
from lifeguard.observe.api import Api

Row = Mapping[str, Any]

SET_WORKING_DIRECTORY = "prefect.deployments.steps.set_working_directory"
TIMES = ("cron", "interval", "rrule", "timezone", "anchor_date", "day_or")


@dataclass(frozen=True, slots=True)
class Served:
    """One deployment that this process serves; `taken_from` is the work pool that ran it until now."""

    id: str
    full_name: str
    timeout_seconds: float | None
    taken_from: str | None = None


async def put_up(api: Api, declared: Sequence[Declared], root: Path) -> list[Served]:
    """Make every deployment what it is while it is served; raises `CallFailed`."""
    return [await _put_up(api, each, root) for each in declared]


async def _put_up(api: Api, declared: Declared, root: Path) -> Served:
    flow = _flow(root, str(declared.row["entrypoint"]))
    there = await found(api, f"deployments/name/{declared.full_name}")
    if there is None:
        created = await _create(api, declared, body_of(declared, flow.schema, root))
        return Served(str(created["id"]), declared.full_name, flow.timeout_seconds)
    body = body_of(declared, flow.schema, root, is_new=False)
    await api.change("PATCH", f"deployments/{there['id']}", body)
    return Served(str(there["id"]), declared.full_name, flow.timeout_seconds, there.get("work_pool_name"))


@dataclass(frozen=True, slots=True)
class _Flow:
    """What only the code of a flow knows: the form of its parameters, and how long it may run."""

    schema: Row
    timeout_seconds: float | None


@cache
def _flow(root: Path, entrypoint: str) -> _Flow:
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    path, _, function = entrypoint.rpartition(":")
    flow = load_flow_from_entrypoint(f"{root / path}:{function}", use_placeholder_flow=False)
    return _Flow(parameter_schema(flow).model_dump(exclude_unset=True), flow.timeout_seconds)


async def _create(api: Api, declared: Declared, body: Row) -> Row:
    flow: Row = await api.change("POST", "flows/", {"name": declared.flow})
    created: Row = await api.change("POST", "deployments/", {**body, "name": declared.name, "flow_id": flow["id"]})
    return created


def body_of(declared: Declared, schema: Row, root: Path, *, is_new: bool = True) -> dict[str, Any]:
    """What the server is told of a deployment; None for the work pool takes it from the one that it had."""
    row = declared.row
    limit = row.get("concurrency_limit")
    strategy = cast(Row, limit).get("collision_strategy") if isinstance(limit, Mapping) else None
    return {
        "version": row.get("version"),
        "description": row.get("description"),
        "tags": list(row.get("tags") or ()),
        "parameters": dict(row.get("parameters") or {}),
        "parameter_openapi_schema": schema,
        "enforce_parameter_schema": True,
        "entrypoint": row["entrypoint"],
        "path": None,
        "pull_steps": [{SET_WORKING_DIRECTORY: {"directory": str(root)}}],
        "work_pool_name": None,
        "work_queue_name": None,
        "job_variables": {},
        "concurrency_limit": cast(Row, limit).get("limit") if isinstance(limit, Mapping) else limit,
        "concurrency_options": {"collision_strategy": strategy} if strategy else None,
        "schedules": [_schedule(each, is_new) for each in row.get("schedules") or ()],
    }


def _schedule(row: Row, is_new: bool) -> dict[str, Any]:
    """What somebody switched off stays off, however often the server is restarted."""
    times = {name: row[name] for name in TIMES if row.get(name) is not None}
    switched = {"active": row.get("active", True)} if is_new else {}
    return {"schedule": times, "slug": row.get("slug"), **switched}
