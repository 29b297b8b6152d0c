"""In which respects a deployment on the server is not what prefect.yaml declares. Nothing is asked here."""

import re
from collections.abc import Mapping
from typing import Any, cast

from lifeguard.installing.project import Declared

Row = Mapping[str, Any]

UNKNOWN = re.compile(r"{{\s*[^\s$]")
"""A text that holds this is filled in by Prefect when it deploys, so it cannot be compared."""
TIMES = ("cron", "interval", "rrule", "timezone")


def differences(declared: Declared, found: Row) -> list[str]:
    """The names of what differs, none where it is as declared; what prefect.yaml does not say may be anything.

    So may a version that it does not name: Prefect takes the commit or the pipeline that it deploys from, else a hash of the
    flow's file (`get_inferred_version_info` in prefect._internal.versioning, 3.9.1).
    """
    wanted, there = _declared(declared), _found(found)
    return [name for name, value in wanted.items() if not _same(value, there[name])]


def _declared(declared: Declared) -> dict[str, Any]:
    row, pool = declared.row, cast(Row, declared.row.get("work_pool") or {})
    said = {
        "entrypoint": row["entrypoint"],
        "description": row.get("description"),
        "version": row.get("version"),
        "work pool": pool.get("name"),
        "work queue": pool.get("work_queue_name"),
        "pull steps": list(declared.pull) or None,
    }
    return {
        **{name: value for name, value in said.items() if value is not None},
        "tags": sorted(row.get("tags") or ()),
        "parameters": row.get("parameters") or {},
        "job variables": pool.get("job_variables") or {},
        "schedules": _in_order([_schedule(each, each) for each in row.get("schedules") or ()]),
        "concurrency limit": _declared_limit(row.get("concurrency_limit")),
    }


def _found(row: Row) -> dict[str, Any]:
    schedules = _in_order([_schedule(each, each["schedule"]) for each in row.get("schedules") or ()])
    return {
        "entrypoint": row.get("entrypoint"),
        "description": row.get("description"),
        "version": row.get("version"),
        "work pool": row.get("work_pool_name"),
        "work queue": row.get("work_queue_name"),
        "pull steps": row.get("pull_steps"),
        "tags": sorted(row.get("tags") or ()),
        "parameters": row.get("parameters") or {},
        "job variables": row.get("job_variables") or {},
        "schedules": schedules,
        "concurrency limit": _found_limit(row),
    }


def _schedule(row: Row, times: Row) -> Row:
    """What both sides say of a schedule; seconds and switches compare as numbers do."""
    kept = {name: times.get(name) for name in TIMES if times.get(name) is not None}
    return {**kept, "slug": row.get("slug"), "active": row.get("active", True)}


def _in_order(schedules: list[Row]) -> list[Row]:
    """The server tells them in an order of its own."""
    return sorted(schedules, key=lambda each: str(each["slug"]))


def _declared_limit(limit: int | Row | None) -> tuple[int | None, str | None]:
    if isinstance(limit, Mapping):
        return limit.get("limit"), limit.get("collision_strategy")
    return limit, None


def _found_limit(row: Row) -> tuple[int | None, str | None]:
    limit: Row = row.get("global_concurrency_limit") or {}
    options: Row = row.get("concurrency_options") or {}
    return limit.get("limit"), options.get("collision_strategy")


def _same(wanted: Any, there: Any) -> bool:
    """Whether what is there is what is wanted, as far as that is known before Prefect deploys."""
    if isinstance(wanted, str) and UNKNOWN.search(wanted):
        return True
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        return _same_mapping(cast(Row, wanted), cast(Row, there))
    if isinstance(wanted, list) and isinstance(there, list):
        ours, theirs = cast(list[Any], wanted), cast(list[Any], there)
        return len(ours) == len(theirs) and all(_same(*pair) for pair in zip(ours, theirs, strict=True))
    return bool(wanted == there)


def _same_mapping(wanted: Row, there: Row) -> bool:
    return wanted.keys() == there.keys() and all(_same(value, there[key]) for key, value in wanted.items())
