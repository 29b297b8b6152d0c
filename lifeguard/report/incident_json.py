"""The JSON that `lifeguard incident ID --format json` prints: one incident, and everything that was told of it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lifeguard.fixes import Fix
from lifeguard.history import Life
from lifeguard.incidents import Change
from lifeguard.pages import Page
from lifeguard.report import changed_phrases
from lifeguard.report.history_json import SCHEMA, incident_document, printed


def as_json(life: Life) -> str:
    """One object, indented, with times in ISO 8601 and UTC."""
    return printed(document(life))


def document(life: Life) -> dict[str, Any]:
    """The incident as in the history, with the proof and the remedy of its newest sight, and its changes by time."""
    incident = life.incident
    return {
        "schema": SCHEMA,
        "server": life.server,
        "incident": {
            **incident_document(incident),
            "due_since": incident.due_since,
            "first_seen_at": incident.first_seen_at,
            "escalated_at": incident.escalated_at,
            "gone_since": incident.gone_since,
            "evidence": dict(incident.finding.evidence),
            "remedy": list(incident.finding.remedy),
            "what_changed": changed_phrases.document(incident.what_changed),
        },
        "changes": [_change(change) for change in life.changes],
        "pages": [_page(page) for page in life.pages],
        "fixes": [_fix(fix) for fix in life.fixes],
    }


def _fix(fix: Fix) -> Mapping[str, Any]:
    return {"at": fix.at, "held": fix.held, "steps": [asdict(step) for step in fix.steps]}


def _page(page: Page) -> Mapping[str, Any]:
    return {
        "pager": page.pager,
        "kind": page.change.kind,
        "fate": page.fate,
        "attempts": page.attempts,
        "due_at": page.due_at,
        "posted_at": page.posted_at,
        "reason": page.reason,
    }


def _change(change: Change) -> Mapping[str, Any]:
    incident = change.incident
    return {
        "kind": change.kind,
        "at": change.at,
        "severity": incident.severity,
        "title": incident.finding.title,
        "evidence": dict(incident.finding.evidence),
        "affected_runs": incident.affected_runs,
        "caused_by": incident.finding.caused_by,
    }
