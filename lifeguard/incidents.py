"""A finding that lasts: opened once, seen again, resolved once. Only the words are here; the rules are the ledger's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lifeguard.findings import Finding, Severity
from lifeguard.what_changed import WhatChanged


class ChangeKind(StrEnum):
    """What a patrol can change about an incident so that a person wants to hear of it.

    `reminded` changes nothing: the incident has been open for so long that it is told again.
    """

    OPENED = "opened"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Incident:
    """A finding over time. Times are those of the looks, by the server's clock.

    `finding` is the newest sight of it, `severity` the worst that was told, `affected_runs` the most at once. It is only
    suspected until it is opened. `gone_since` is the first of the looks, without an interruption up to now, that could
    see it and did not; `worse_since` the first at a severity above what was told; `due_since` when work first waited for
    it. `what_changed` is what happened before it opened, None where nobody asked.
    """

    finding: Finding
    first_seen_at: datetime
    last_seen_at: datetime
    severity: Severity
    affected_runs: int = 0
    due_since: datetime | None = None
    opened_at: datetime | None = None
    escalated_at: datetime | None = None
    worse_since: datetime | None = None
    gone_since: datetime | None = None
    resolved_at: datetime | None = None
    id: int | None = None
    what_changed: WhatChanged | None = None

    @property
    def fingerprint(self) -> str:
        """The name under which it is the same one at every look."""
        return self.finding.fingerprint

    @property
    def is_open(self) -> bool:
        """Whether it was told and lasts."""
        return self.opened_at is not None and self.resolved_at is None

    @property
    def began_at(self) -> datetime:
        """When it began to do harm as far as is known: when the first work waited for it, or when it was first seen."""
        return min(self.due_since or self.first_seen_at, self.first_seen_at)

    @property
    def ended_at(self) -> datetime | None:
        """When it was first seen to be gone for good; None while it is open."""
        return self.gone_since or self.resolved_at if self.resolved_at else None


@dataclass(frozen=True, slots=True)
class Change:
    """One edge of an incident, with the sentence and the evidence of that moment. `id` is that of its row.

    `told_as` replaces its time where the same thing is met again and again and is to be told once.
    """

    kind: ChangeKind
    at: datetime
    incident: Incident
    id: int | None = None
    told_as: str | None = None

    @property
    def key(self) -> str:
        """The same for the same change, whoever tells it, and never that of another one."""
        parts = (self.incident.fingerprint, self.kind.value, self.incident.severity.value)
        return "/".join((*parts, self.told_as or self.at.isoformat()))


@dataclass(frozen=True, slots=True)
class Changes:
    """What one patrol changed in the ledger. `is_recorded` is False where there was no history to compare with."""

    opened: tuple[Incident, ...] = ()
    still_open: tuple[Incident, ...] = ()
    escalated: tuple[Incident, ...] = ()
    resolved: tuple[Incident, ...] = ()
    is_recorded: bool = field(default=True)

    @property
    def words(self) -> str:
        """How many of each, for a sentence."""
        counts = (("opened", self.opened), ("escalated", self.escalated), ("resolved", self.resolved))
        return ", ".join([*(f"{len(some)} {kind}" for kind, some in counts), f"{len(self.still_open)} still open"])


def grouped_changes(changes: Iterable[Change], live: Iterable[Incident]) -> Changes:
    """The changes by their kind, and what is open and did not change."""
    by_kind: dict[ChangeKind, list[Incident]] = {kind: [] for kind in ChangeKind if kind is not ChangeKind.REMINDED}
    for change in changes:
        if change.kind in by_kind:
            by_kind[change.kind].append(change.incident)
    told = {incident.fingerprint for incidents in by_kind.values() for incident in incidents}
    return Changes(
        opened=tuple(by_kind[ChangeKind.OPENED]),
        still_open=tuple(each for each in live if each.is_open and each.fingerprint not in told),
        escalated=tuple(by_kind[ChangeKind.ESCALATED]),
        resolved=tuple(by_kind[ChangeKind.RESOLVED]),
    )
