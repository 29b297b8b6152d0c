"""The JSON that `lifeguard history --format json` prints. Programs build on it: a change to a name is a change of version."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from lifeguard.findings import AFFECTED_IDS_SHOWN
from lifeguard.history import History, PoolHistory, seconds_to_notice, seconds_to_resolve
from lifeguard.incidents import Incident

SCHEMA = 1


def as_json(history: History) -> str:
    """One object, indented, with times in ISO 8601 and UTC."""
    return printed(document(history))


def printed(document: Mapping[str, Any]) -> str:
    """A document as every contract of ours is printed."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode()


def document(history: History) -> dict[str, Any]:
    """The object of contract 1 (`schema` tells the version)."""
    return {
        "schema": SCHEMA,
        "server": history.server,
        "since": history.since,
        "until": history.until,
        "incidents": [incident_document(incident) for incident in history.incidents],
        "pools": [_pool(pool) for pool in history.pools],
    }


def incident_document(incident: Incident) -> dict[str, Any]:
    """An incident by its contract: the worst severity that was told, the most runs at once, up to 20 of the newest."""
    finding = incident.finding
    return {
        "id": incident.id,
        "fingerprint": incident.fingerprint,
        "code": finding.code,
        "severity": incident.severity,
        "resource": asdict(finding.resource),
        "work_pool": finding.pool_name,
        "title": finding.title,
        "began_at": incident.began_at,
        "opened_at": incident.opened_at,
        "last_seen_at": incident.last_seen_at,
        "ended_at": incident.ended_at,
        "resolved_at": incident.resolved_at,
        "seconds_to_notice": seconds_to_notice(incident),
        "seconds_to_resolve": seconds_to_resolve(incident),
        "affected_runs": {"count": incident.affected_runs, "ids": list(finding.run_ids[:AFFECTED_IDS_SHOWN])},
        "caused_by": finding.caused_by,
    }


def _pool(pool: PoolHistory) -> Mapping[str, Any]:
    return {
        "name": pool.name,
        "uptime": None if pool.uptime is None else round(pool.uptime, 6),
        "minutes_lost": {code: round(minutes, 2) for code, minutes in sorted(pool.minutes_lost.items())},
        "watched_seconds": round(pool.seconds.watched, 3),
        "demand_seconds": round(pool.seconds.demand, 3),
        "up_seconds": round(pool.seconds.up, 3),
    }
