"""Whom to page about what. A pager is a notification block on the server, with the severities and pools it is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from lifeguard.findings import Finding, Severity
from lifeguard.incidents import Incident
from lifeguard.page.quiet_hours import QuietHours

LABEL_PREFIX = "lifeguard.pager."
PAGES = "page"
EVERY_POOL = ("*",)
UNDELIVERED = "page-undelivered"
"""The code of what is said about a pager whose messages do not arrive; its resource's id is the pager's name."""
REPEAT_CRITICAL_HOURS = 4.0
REPEAT_WARNING_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Pager:
    """One pager. `name` is that of its block; `notification` names the block that sends, as `custom-webhook/oncall`.

    What is still open is told again after `repeat_…_hours`, never where that is 0. In its `quiet` hours it pages only
    about what is critical.
    """

    name: str
    notification: str
    severities: frozenset[Severity] = frozenset({Severity.CRITICAL, Severity.WARNING})
    pools: tuple[str, ...] = EVERY_POOL
    quiet: QuietHours | None = None
    repeat_critical_hours: float = REPEAT_CRITICAL_HOURS
    repeat_warning_hours: float = REPEAT_WARNING_HOURS

    @property
    def label(self) -> str:
        """The label by which an event says that it is for this pager."""
        return f"{LABEL_PREFIX}{self.name}"

    def wants(self, incident: Incident) -> bool:
        """Whether it is to page about an incident, now or later.

        What another incident explains pages nobody, and that a pager's messages do not arrive is told by the others.
        """
        finding = incident.finding
        if finding.caused_by or incident.severity not in self.severities or self._is_lost_on_itself(finding):
            return False
        pool = finding.pool_name
        return self.pools == EVERY_POOL if pool is None else any(fnmatchcase(pool, glob) for glob in self.pools)

    def repeat_after(self, severity: Severity) -> timedelta | None:
        """How long after it last told of what is still open it tells again; None: never."""
        hours = {Severity.CRITICAL: self.repeat_critical_hours, Severity.WARNING: self.repeat_warning_hours}
        return timedelta(hours=hours.get(severity, 0)) or None

    def quiet_until(self, severity: Severity, now: datetime) -> datetime | None:
        """When it may page about this severity again, in UTC; None: now. What is critical never waits."""
        if self.quiet is None or severity is Severity.CRITICAL:
            return None
        return self.quiet.end_after(now)

    def _is_lost_on_itself(self, finding: Finding) -> bool:
        return (finding.code, finding.resource.kind, finding.resource.id) == (UNDELIVERED, "lifeguard", self.name)
