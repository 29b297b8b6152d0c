"""Fixes as rows, and back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.findings import Resource, ResourceKind
from lifeguard.fixes import Fix, StepDone, StepFate
from lifeguard.record.columns import without_nul
from lifeguard.record.database import Database, writing
from lifeguard.record.tables import FIXES, INCIDENTS
from lifeguard.record.turns import take_turn


async def remember_fix(database: Database, server: str, fix: Fix) -> Fix:
    """Write what was done, beside the incident that is open about it, and say which; raises `HistoryUnavailable`."""
    async with writing(database) as connection:
        server_id = (await take_turn(connection, server)).id
        fix = replace(fix, incident_id=await _open_incident(connection, server_id, fix.fingerprint))
        await connection.execute(insert(FIXES), _row(fix, server_id))
        return fix


async def fixes_about(connection: AsyncConnection, incident_id: int) -> tuple[Fix, ...]:
    """Every fix while one incident was open, by time."""
    return await _fixes(connection, FIXES.c.incident_id == incident_id)


async def _fixes(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> tuple[Fix, ...]:
    question = select(FIXES).where(*conditions).order_by(FIXES.c.at, FIXES.c.id)
    return tuple(_fix(row) for row in (await connection.execute(question)).mappings())


async def _open_incident(connection: AsyncConnection, server_id: int, fingerprint: str) -> int | None:
    """Not one that is only suspected: nobody was told of it, and it may be forgotten."""
    is_open = INCIDENTS.c.opened_at.is_not(None) & INCIDENTS.c.resolved_at.is_(None)
    is_meant = (INCIDENTS.c.server_id == server_id) & (INCIDENTS.c.fingerprint == without_nul(fingerprint))
    return (await connection.execute(select(INCIDENTS.c.id).where(is_meant, is_open))).scalar_one_or_none()


def _row(fix: Fix, server_id: int) -> dict[str, Any]:
    return {
        "server_id": server_id,
        "incident_id": fix.incident_id,
        "fingerprint": fix.fingerprint,
        "code": fix.code,
        "resource_kind": fix.resource.kind,
        "resource_id": fix.resource.id,
        "resource_name": fix.resource.name,
        "at": fix.at,
        "steps": [asdict(step) for step in fix.steps],
        "held": fix.held,
    }


def _fix(row: RowMapping | Mapping[Any, Any]) -> Fix:
    return Fix(
        fingerprint=row["fingerprint"],
        code=row["code"],
        resource=Resource(cast(ResourceKind, row["resource_kind"]), row["resource_id"], row["resource_name"]),
        at=row["at"],
        steps=tuple(StepDone(step["what"], StepFate(step["fate"]), step["why"]) for step in row["steps"]),
        held=row["held"],
        incident_id=row["incident_id"],
        id=row["id"],
    )
