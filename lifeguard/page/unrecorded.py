"""Whom to tell when there is no history to compare with: paging must not depend on the database."""

from datetime import datetime

from lifeguard.findings import Finding, Severity
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.judgement import Judgement

REPEATS_AFTER_SECONDS = 1800
"""So long does a server remember the id of an event (`PROCESSED_EVENT_LOOKBACK`, Prefect 3.9.1)."""


def changes_without_history(judgement: Judgement) -> tuple[Change, ...]:
    """What would page if it were new: told once in half an hour for as long as the history is away."""
    return tuple(_opened(finding, judgement.started_at) for finding in judgement.findings if _is_certain(finding))


def _is_certain(finding: Finding) -> bool:
    """Without a history nothing can be seen to hold, so that only what is confirmed and harmful is told."""
    return finding.severity is Severity.CRITICAL and finding.is_confirmed and finding.caused_by is None


def _opened(finding: Finding, now: datetime) -> Change:
    incident = Incident(
        finding, now, now, finding.severity, len(finding.run_ids), due_since=finding.due_since, opened_at=now
    )
    window = int(now.timestamp()) // REPEATS_AFTER_SECONDS
    return Change(ChangeKind.OPENED, now, incident, told_as=f"without history, half hour {window}")
