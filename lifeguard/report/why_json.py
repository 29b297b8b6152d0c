"""The JSON that `lifeguard why --format json` prints. Programs build on it: a change to a name is a change of version."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lifeguard.case import LogLine
from lifeguard.facts import Holder
from lifeguard.report import changed_phrases
from lifeguard.report.history_json import incident_document, printed
from lifeguard.report.signs_json import sign_document
from lifeguard.signatures.known import RUN, recognized
from lifeguard.why.explanation import Explanation
from lifeguard.why.points import Point

SCHEMA = 1


def as_json(explanation: Explanation) -> str:
    """One object, indented, with times in ISO 8601 and UTC."""
    return printed(document(explanation))


def document(explanation: Explanation) -> dict[str, Any]:
    """The object of contract 1 (`schema` tells the version). `held` and `holds` are null where nobody could look."""
    snapshot, case = explanation.case.snapshot, explanation.case
    return {
        "schema": SCHEMA,
        "server": {
            "api_url": snapshot.server.api_url,
            "version": snapshot.server.version,
            "kind": snapshot.server.kind,
        },
        "looked_at": snapshot.taken_at,
        "run": _run(explanation),
        "held": explanation.is_held,
        "headline": explanation.headline,
        "points": [_point(point) for point in explanation.points],
        "holders": [_holder(each) for each in explanation.holders],
        "line": {**asdict(case.line), "before": case.line.before},
        "outlook": explanation.outlook,
        "next": list(explanation.next),
        "states": [asdict(each) for each in case.states],
        "logs": [_log_line(each) for each in case.logs],
        "signs": [sign_document(each) for each in explanation.signs],
        "earlier": [incident_document(each) for each in explanation.earlier],
        "history": explanation.history,
        "what_changed": changed_phrases.document(explanation.changed),
        "missing": [asdict(each) for each in snapshot.missing],
    }


def _run(explanation: Explanation) -> Mapping[str, Any]:
    run, deployment = explanation.run, explanation.deployment
    return {
        "id": run.id,
        "name": run.name,
        "state": {
            "type": run.state_type,
            "name": run.state_name,
            "since": run.state_since,
            "message": run.state_message,
        },
        "expected_start": run.expected_start,
        "next_start": run.next_start,
        "started_at": run.started if run.run_count else None,
        "deployment": deployment.full_name if deployment else None,
        "work_pool": run.pool_name,
        "work_queue": run.queue_name,
    }


def _log_line(line: LogLine) -> Mapping[str, Any]:
    """`meaning` and `code` are null where no known signature is in the line."""
    known = recognized(line.message, RUN)
    return {**asdict(line), "code": known.code if known else None, "meaning": known.means if known else None}


def _point(point: Point) -> Mapping[str, Any]:
    return {"code": point.code, "holds": point.holds, "says": point.says, "next": list(point.next)}


def _holder(holder: Holder) -> Mapping[str, Any]:
    return {"id": holder.run_id, "name": holder.run_name, "state": holder.state_name, "since": holder.since}
