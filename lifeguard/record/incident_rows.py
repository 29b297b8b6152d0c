"""Incidents as rows, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.findings import AFFECTED_IDS_SHOWN, Evidence, Finding, Resource, ResourceKind, Severity
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.record.columns import without_nul
from lifeguard.record.kept_changes import KEPT_AS, found_in, stowed
from lifeguard.record.tables import CHANGES, INCIDENTS

TIME = "utc"
ROW_ID = "row_id"


def storable(finding: Finding) -> Finding:
    """The finding under the fingerprint that its row will have, which keeps no NUL: else nobody would know it again."""
    resource = replace(finding.resource, id=without_nul(finding.resource.id))
    return replace(finding, resource=resource, caused_by=without_nul(finding.caused_by))


async def live_incidents(connection: AsyncConnection, server_id: int) -> list[Incident]:
    """Every incident of a server that is suspected or open."""
    is_live = (INCIDENTS.c.server_id == server_id) & INCIDENTS.c.resolved_at.is_(None)
    rows = await connection.execute(select(INCIDENTS).where(is_live).order_by(INCIDENTS.c.id))
    return [incident_of(row) for row in rows.mappings()]


async def write(connection: AsyncConnection, server_id: int, incidents: Iterable[Incident]) -> None:
    """Insert the new ones and bring the others up to date."""
    written = list(incidents)
    new = [_row(incident, server_id) for incident in written if incident.id is None]
    old = [{**_row(incident, server_id), ROW_ID: incident.id} for incident in written if incident.id is not None]
    if new:
        await connection.execute(insert(INCIDENTS), new)
    if old:
        columns = [name for name in old[0] if name not in ("server_id", "fingerprint", ROW_ID)]
        changed = update(INCIDENTS).where(INCIDENTS.c.id == bindparam(ROW_ID))
        await connection.execute(changed.values({name: bindparam(name) for name in columns}), old)


async def forget(connection: AsyncConnection, incidents: Iterable[Incident]) -> None:
    """Delete suspicions that did not hold."""
    rows = [{ROW_ID: incident.id} for incident in incidents]
    if rows:
        await connection.execute(delete(INCIDENTS).where(INCIDENTS.c.id == bindparam(ROW_ID)), rows)


async def tell(connection: AsyncConnection, patrol_id: str, changes: Iterable[Change]) -> None:
    """Write the changes of incidents that are written already."""
    rows = [change_row(change, patrol_id) for change in changes]
    if rows:
        await connection.execute(insert(CHANGES), rows)


def identified(changes: Iterable[Change], written: Iterable[Incident]) -> list[Change]:
    """The changes with the ids of the rows that their incidents have become."""
    ids = {incident.fingerprint: incident.id for incident in written}
    return [
        replace(change, incident=replace(change.incident, id=change.incident.id or ids[change.incident.fingerprint]))
        for change in changes
    ]


def incident_of(row: RowMapping | Mapping[Any, Any]) -> Incident:
    """The incident of a row of `lifeguard_incidents`."""
    return Incident(
        finding=Finding(
            code=row["code"],
            severity=Severity(row["seen_severity"]),
            resource=Resource(cast(ResourceKind, row["resource_kind"]), row["resource_id"], row["resource_name"]),
            title=row["title"],
            evidence=evidence_of(row["evidence"]),
            remedy=tuple(row["remedy"]),
            run_ids=tuple(row["run_ids"]),
            caused_by=row["caused_by"],
        ),
        severity=Severity(row["severity"]),
        affected_runs=row["affected_runs"],
        id=row["id"],
        what_changed=found_in(row["evidence"]),
        **{name: row[name] for name in TIMES},
    )


def change_of(row: RowMapping | Mapping[Any, Any], incident: Incident) -> Change:
    """The incident as it was told then; what a change does not keep (the remedy, the runs) is that of the newest sight."""
    moment: dict[str, Any] = {name: row[name] for name in ("title", "caused_by")}
    severity = Severity(row["severity"])
    finding = replace(incident.finding, severity=severity, evidence=evidence_of(row["evidence"]), **moment)
    then = replace(incident, finding=finding, severity=severity, affected_runs=row["affected_runs"])
    return Change(ChangeKind(row["kind"]), row["at"], then, id=row["id"])


TIMES = (
    "due_since",
    "first_seen_at",
    "last_seen_at",
    "opened_at",
    "escalated_at",
    "worse_since",
    "gone_since",
    "resolved_at",
)


def _row(incident: Incident, server_id: int) -> dict[str, Any]:
    finding = incident.finding
    return {
        "server_id": server_id,
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "severity": incident.severity.value,
        "seen_severity": finding.severity.value,
        "resource_kind": finding.resource.kind,
        "resource_id": finding.resource.id,
        "resource_name": finding.resource.name,
        "pool_name": finding.pool_name,
        "title": finding.title,
        "evidence": {**_json(finding.evidence), **stowed(incident.what_changed)},
        "remedy": list(finding.remedy),
        "run_ids": list(finding.run_ids[:AFFECTED_IDS_SHOWN]),
        "affected_runs": incident.affected_runs,
        "caused_by": finding.caused_by,
        **{name: getattr(incident, name) for name in TIMES},
    }


def change_row(change: Change, patrol_id: str) -> dict[str, Any]:
    """The row of a change whose incident is written already."""
    finding = change.incident.finding
    return {
        "incident_id": change.incident.id,
        "patrol_id": patrol_id,
        "kind": change.kind.value,
        "at": change.at,
        "severity": change.incident.severity.value,
        "title": finding.title,
        "evidence": _json(finding.evidence),
        "affected_runs": len(finding.run_ids),
        "caused_by": finding.caused_by,
    }


def _json(evidence: Evidence) -> dict[str, Any]:
    """JSON has no times; they are kept under a name, since a text that looks like one may be the name of a pool."""
    return {
        name: {TIME: value.astimezone(UTC).isoformat()} if isinstance(value, datetime) else value
        for name, value in evidence.items()
    }


def evidence_of(stored: Mapping[str, Any]) -> Evidence:
    """The evidence as it was, times included."""
    return {name: _value(value) for name, value in stored.items() if name != KEPT_AS}


def _value(value: Any) -> Any:
    return datetime.fromisoformat(cast(dict[str, str], value)[TIME]) if isinstance(value, dict) else value
