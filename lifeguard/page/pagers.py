"""Whom to page about what. A pager is a notification block on the server, with the severities and pools it is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from lifeguard.findings import Severity
from lifeguard.incidents import Incident

LABEL_PREFIX = "lifeguard.pager."
PAGES = "page"
EVERY_POOL = ("*",)


@dataclass(frozen=True, slots=True)
class Pager:
    """One pager. `name` is that of its block; `notification` names the block that sends, as `custom-webhook/oncall`."""

    name: str
    notification: str
    severities: frozenset[Severity] = frozenset({Severity.CRITICAL, Severity.WARNING})
    pools: tuple[str, ...] = EVERY_POOL

    @property
    def label(self) -> str:
        """The label by which an event says that it is for this pager."""
        return f"{LABEL_PREFIX}{self.name}"

    def wants(self, incident: Incident) -> bool:
        """Whether it is to page about an incident. What another incident explains pages nobody."""
        if incident.finding.caused_by or incident.severity not in self.severities:
            return False
        pool = incident.finding.pool_name
        return self.pools == EVERY_POOL if pool is None else any(fnmatchcase(pool, glob) for glob in self.pools)


def labels_for(incident: Incident, pagers: Iterable[Pager]) -> Mapping[str, str]:
    """The labels that route an event to the pagers that are to page about it."""
    return {pager.label: PAGES for pager in pagers if pager.wants(incident)}
