"""The JSON that `lifeguard settings --format json` prints. A change to a name is a change of version."""

from dataclasses import asdict

import orjson

from lifeguard.report.contract import finding_document, missing_document
from lifeguard.review.outcome import Review

SCHEMA = 1


def as_json(review: Review) -> str:
    """One object; `changed` has what is not Prefect's default, risky or not."""
    server = review.snapshot.server
    document = {
        "schema": SCHEMA,
        "server": {"api_url": server.api_url, "version": server.version, "kind": server.kind},
        "complete": review.is_complete,
        "missing": [missing_document(missing) for missing in review.snapshot.missing],
        "read": review.read,
        "changed": [asdict(changed) for changed in review.changed],
        "findings": [finding_document(finding) for finding in review.findings],
        "notes": review.notes,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()
