"""Incidents as CSV, one line each, for a spreadsheet. Programs that need names as they are take the JSON."""

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import StringIO

from lifeguard.escaping import visible
from lifeguard.history import History, seconds_to_notice, seconds_to_resolve
from lifeguard.incidents import Incident

Value = str | int | float | datetime | None
FORMULA_STARTS = ("=", "+", "-", "@")
COLUMNS: Mapping[str, Callable[[Incident], Value]] = {
    "id": lambda incident: incident.id,
    "fingerprint": lambda incident: incident.fingerprint,
    "code": lambda incident: incident.finding.code,
    "severity": lambda incident: incident.severity.value,
    "work_pool": lambda incident: incident.finding.pool_name,
    "resource_kind": lambda incident: incident.finding.resource.kind,
    "resource_id": lambda incident: incident.finding.resource.id,
    "resource_name": lambda incident: incident.finding.resource.name,
    "title": lambda incident: incident.finding.title,
    "began_at": lambda incident: incident.began_at,
    "opened_at": lambda incident: incident.opened_at,
    "last_seen_at": lambda incident: incident.last_seen_at,
    "ended_at": lambda incident: incident.ended_at,
    "resolved_at": lambda incident: incident.resolved_at,
    "seconds_to_notice": seconds_to_notice,
    "seconds_to_resolve": seconds_to_resolve,
    "affected_runs": lambda incident: incident.affected_runs,
    "caused_by": lambda incident: incident.finding.caused_by,
}


def as_csv(history: History) -> str:
    """A header, and one line per incident, by the time they opened; times are ISO 8601 and UTC, unknown is empty."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value(incident)) for value in COLUMNS.values()] for incident in history.incidents)
    return file.getvalue()


def cell(value: Value) -> str | int | float | None:
    """A value as a cell: what cannot be seen is escaped, and no spreadsheet takes a name for a formula."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if not isinstance(value, str):
        return value
    return f"'{visible(value)}" if value.startswith(FORMULA_STARTS) else visible(value)
