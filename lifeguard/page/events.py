"""What is told to the server's automations, as plain data: one event for each change of an incident, and a heartbeat.

The names and the payload are a contract. An event about one change always has the same id, so that the server takes a
repetition for what it is (it remembers ids for 30 minutes, `PROCESSED_EVENT_LOOKBACK`, Prefect 3.9.1). One that is told
again, because a message did not arrive or waited for the morning, is another event with a higher `lifeguard.attempt`.
Keys of payloads hold no dots, which templates would split.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lifeguard.escaping import shortened, visible
from lifeguard.findings import AFFECTED_IDS_SHOWN, Evidence, Finding
from lifeguard.incidents import Change, ChangeKind, Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.page.pagers import LABEL_PREFIX, PAGES
from lifeguard.what_changed import before, newest_first

Event = Mapping[str, Any]

INCIDENT_PREFIX = "lifeguard.incident."
GROUP_PREFIX = "lifeguard.incidents."
HEARTBEAT = "lifeguard.patrol.completed"
PATROL_RESOURCE = "lifeguard.patrol"
PATROL_NAME = "lifeguard patrol"
TEXT_CHARACTERS = 2000
"""A title or a proof that is longer is cut: receivers refuse messages of megabytes."""

CHANGES_TOLD, CHANGE_CHARACTERS = 2, 300

PREFECT_KINDS = {
    "work-pool": "prefect.work-pool",
    "work-queue": "prefect.work-queue",
    "deployment": "prefect.deployment",
    "flow-run": "prefect.flow-run",
    "concurrency-limit": "prefect.concurrency-limit",
}
"""The kinds that templates can resolve to the object itself."""


def event_name(kind: ChangeKind) -> str:
    """The name of the event that tells of such a change."""
    return f"{INCIDENT_PREFIX}{kind.value}"


def event_id(change: Change, server: str) -> str:
    """The id of the event that first tells of a change."""
    return id_of(server, change.key)


def id_of(server: str, key: str) -> str:
    """The same id for the same thing on the same server, whoever tells it."""
    return str(uuid5(NAMESPACE_URL, f"{server}/lifeguard/{key}"))


def incident_event(change: Change, id: str, pagers: Iterable[str] = (), attempt: int = 1) -> Event:
    """The event that tells of a change, as `POST /events` takes it, labelled for the pagers that are to page about it."""
    incident, finding = change.incident, change.incident.finding
    return {
        "id": id,
        "occurred": iso(change.at),
        "event": event_name(change.kind),
        "resource": {**_resource(incident), "lifeguard.attempt": str(attempt), **labels(pagers)},
        "related": related(finding),
        "payload": _payload(change),
    }


def labels(pagers: Iterable[str]) -> Mapping[str, str]:
    """The labels that route an event to these pagers."""
    return {f"{LABEL_PREFIX}{name}": PAGES for name in pagers}


def heartbeat(judgement: Judgement, changes: Changes, patrol_id: str) -> Event:
    """The event that says that a patrol has looked, by which its absence can be noticed."""
    return {
        "id": patrol_id,
        "occurred": iso(judgement.finished_at),
        "event": HEARTBEAT,
        "resource": {"prefect.resource.id": PATROL_RESOURCE, "prefect.resource.name": PATROL_NAME},
        "related": [],
        "payload": {
            "complete": judgement.is_complete,
            "findings": len(judgement.findings),
            "recorded": changes.is_recorded,
            "pools": len(judgement.pools),
            "api_calls": judgement.snapshot.api_calls,
        },
    }


def _resource(incident: Incident) -> dict[str, str]:
    """What a rule matches by; each value is a text, as Prefect's labels are."""
    finding = incident.finding
    return {
        "prefect.resource.id": f"{INCIDENT_PREFIX}{finding.fingerprint}",
        "prefect.resource.name": shown(finding.resource.name),
        "lifeguard.code": finding.code,
        "lifeguard.severity": incident.severity.value,
        "lifeguard.work-pool": shown(finding.pool_name or ""),
        "lifeguard.explained": "yes" if finding.caused_by else "no",
    }


def related(finding: Finding) -> list[dict[str, str]]:
    """The object of Prefect that a finding is about, where templates can resolve it."""
    kind = PREFECT_KINDS.get(finding.resource.kind)
    if kind is None:
        return []
    return [
        {
            "prefect.resource.id": f"{kind}.{finding.resource.id}",
            "prefect.resource.role": finding.resource.kind,
            "prefect.resource.name": finding.resource.name,
        }
    ]


def _payload(change: Change) -> dict[str, Any]:
    incident, finding = change.incident, change.incident.finding
    return {
        "kind": change.kind.value,
        "incident": incident.id,
        "code": finding.code,
        "severity": incident.severity.value,
        "title": shown(finding.title),
        "work_pool": shown(finding.pool_name) if finding.pool_name else None,
        "evidence": _evidence(finding.evidence),
        "next": [shown(step) for step in finding.remedy],
        "affected_runs": incident.affected_runs,
        "run_ids": list(finding.run_ids[:AFFECTED_IDS_SHOWN]),
        "caused_by": finding.caused_by,
        "changed": changed(incident),
        "began_at": iso(incident.began_at),
        "opened_at": iso(incident.opened_at),
        "resolved_at": iso(incident.resolved_at),
    }


def changed(incident: Incident) -> list[str]:
    """The newest things that were done before it opened, newest first, as many as a message has room for."""
    moment = incident.opened_at or incident.first_seen_at
    newest = newest_first(incident.what_changed)[:CHANGES_TOLD]
    return [shortened(shown(before(each, moment)), CHANGE_CHARACTERS) for each in newest]


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {name.replace(".", "_"): _told(value) for name, value in evidence.items()}


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    return shown(value) if isinstance(value, str) else value


def shown(text: str) -> str:
    """A text as people read it in a message, without what nobody would see, and not longer than a message can be."""
    seen = visible(text)
    return seen if len(seen) <= TEXT_CHARACTERS else f"{seen[: TEXT_CHARACTERS - 1]}…"


def iso(time: datetime | None) -> str | None:
    """A time as events hold it."""
    return time.astimezone(UTC).isoformat() if time else None
