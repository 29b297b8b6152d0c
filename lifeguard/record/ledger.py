"""The rules by which findings become incidents. Pure: no database, no clock.

A finding opens an incident once it has held for its `for` time, and the incident resolves once it has been gone for its
`recovery` time; what flaps within that time is one incident. A look that could not have seen it changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.facts import seconds
from lifeguard.findings import Finding
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.policy import Policy
from lifeguard.record.sight import Sight


@dataclass(frozen=True, slots=True)
class Step:
    """What one look does to the ledger: rows to write, suspicions to forget, changes to tell."""

    written: tuple[Incident, ...] = ()
    forgotten: tuple[Incident, ...] = ()
    changes: tuple[Change, ...] = ()


def advance(live: Iterable[Incident], findings: Iterable[Finding], sight: Sight, policy: Policy, now: datetime) -> Step:
    """Judge every incident that is suspected or open, and every finding, by one look at `now`."""
    found = _by_fingerprint(findings)
    known = {incident.fingerprint: incident for incident in live}
    written: list[Incident] = []
    forgotten: list[Incident] = []
    changes: list[Change] = []
    for fingerprint in dict.fromkeys((*found, *known)):
        incident, finding = known.get(fingerprint), found.get(fingerprint)
        if finding:
            incident, kind = _seen(incident or suspected(finding, now), finding, policy, now)
        elif incident and sight.covers(incident.finding):
            if incident.opened_at is None:
                forgotten.append(incident)
                continue
            incident, kind = _missed(incident, policy, now)
        else:
            continue
        written.append(incident)
        changes += [Change(kind, now, incident)] if kind else []
    return Step(tuple(written), tuple(forgotten), tuple(changes))


def suspected(finding: Finding, now: datetime) -> Incident:
    """An incident that is not opened yet."""
    return Incident(finding, now, now, finding.severity)


def _by_fingerprint(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Each once, the most harmful of those that come twice."""
    ordered = sorted(findings, key=lambda finding: finding.severity.rank)
    return {finding.fingerprint: finding for finding in ordered}


def _seen(incident: Incident, finding: Finding, policy: Policy, now: datetime) -> tuple[Incident, ChangeKind | None]:
    incident = replace(
        incident,
        finding=finding,
        last_seen_at=now,
        gone_since=None,
        affected_runs=max(incident.affected_runs, len(finding.run_ids)),
        due_since=_earliest(incident.due_since, finding.due_since),
    )
    hold = seconds(_hold_seconds(finding, policy))
    if incident.opened_at is None:
        return _opened(incident, now) if now - incident.first_seen_at >= hold else (incident, None)
    if finding.severity.rank <= incident.severity.rank:
        return replace(incident, worse_since=None), None
    incident = replace(incident, worse_since=incident.worse_since or now)
    return _escalated(incident, now) if now - (incident.worse_since or now) >= hold else (incident, None)


def _opened(incident: Incident, now: datetime) -> tuple[Incident, ChangeKind]:
    return replace(incident, opened_at=now, severity=incident.finding.severity), ChangeKind.OPENED


def _escalated(incident: Incident, now: datetime) -> tuple[Incident, ChangeKind]:
    worse = replace(incident, severity=incident.finding.severity, escalated_at=now, worse_since=None)
    return worse, ChangeKind.ESCALATED


def _missed(incident: Incident, policy: Policy, now: datetime) -> tuple[Incident, ChangeKind | None]:
    incident = replace(incident, gone_since=incident.gone_since or now, worse_since=None)
    recovery = policy.for_pool(incident.finding.pool_name).recovery_seconds(incident.severity.value)
    if now - (incident.gone_since or now) >= seconds(recovery):
        return replace(incident, resolved_at=now), ChangeKind.RESOLVED
    return incident, None


def _hold_seconds(finding: Finding, policy: Policy) -> float:
    """How long it must hold; where two witnesses differ, at least until a second look can agree."""
    own = policy.for_pool(finding.pool_name)
    hold = own.for_seconds(finding.severity.value)
    return hold if finding.is_confirmed else max(hold, own.second_look_after_seconds)


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    return min((time for time in (first, second) if time), default=None)
