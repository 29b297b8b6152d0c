"""The JSON that `lifeguard check --format json` prints. Programs build on it: a change to a name is a change of version."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from lifeguard.findings import AFFECTED_IDS_SHOWN, Finding, PoolReading
from lifeguard.judgement import Judgement
from lifeguard.snapshot import Missing

SCHEMA = 1
BESIDE_THE_CONTRACT = frozenset({"oldest_overdue_since", "has_demand", "workers_age_seconds"})
"""What the history keeps of a pool, and what `lifeguard check` never has since it reads all workers itself."""


def as_json(judgement: Judgement) -> str:
    """One object, indented, with times in ISO 8601 and UTC."""
    return orjson.dumps(document(judgement), option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def document(judgement: Judgement) -> dict[str, Any]:
    """The object of contract 1 (`schema` tells the version)."""
    snapshot = judgement.snapshot
    return {
        "schema": SCHEMA,
        "patrol": {
            "started_at": judgement.started_at,
            "finished_at": judgement.finished_at,
            "complete": judgement.is_complete,
            "missing": [missing_document(missing) for missing in snapshot.missing],
            "api_calls": snapshot.api_calls,
        },
        "server": {
            "api_url": snapshot.server.api_url,
            "version": snapshot.server.version,
            "kind": snapshot.server.kind,
        },
        "pools": [pool_document(pool) for pool in judgement.pools],
        "findings": [finding_document(finding) for finding in judgement.findings],
    }


def pool_document(pool: PoolReading) -> Mapping[str, Any]:
    """A pool by its contract."""
    return {name: value for name, value in asdict(pool).items() if name not in BESIDE_THE_CONTRACT}


def finding_document(finding: Finding) -> Mapping[str, Any]:
    """A finding by its contract; up to 20 of the affected runs are named, oldest first."""
    return {
        "fingerprint": finding.fingerprint,
        "code": finding.code,
        "severity": finding.severity,
        "resource": asdict(finding.resource),
        "title": finding.title,
        "evidence": dict(finding.evidence),
        "remedy": list(finding.remedy),
        "affected_runs": {"count": len(finding.run_ids), "ids": list(finding.run_ids[:AFFECTED_IDS_SHOWN])},
        "caused_by": finding.caused_by,
    }


def missing_document(missing: Missing) -> Mapping[str, Any]:
    """What could not be seen, by its contract."""
    return {
        "what": missing.what,
        "work_pool": missing.pool_name,
        "reason": missing.reason,
        "essential": missing.essential,
    }
