"""A ledger in memory, told look by look: for tests of the rules, which need no database."""

from dataclasses import dataclass, field
from typing import Self

from lifeguard.findings import Finding
from lifeguard.incidents import Incident
from lifeguard.policy import Policy
from lifeguard.record.ledger import advance
from lifeguard.record.sight import Sight
from tests.builders import ahead

Told = tuple[float, str, str]


@dataclass
class Story:
    """What is suspected or open, what has ended, and what was told: when, what, how bad."""

    policy: Policy = field(default_factory=Policy)
    sight: Sight = field(default_factory=Sight)
    live: dict[str, Incident] = field(default_factory=dict[str, Incident])
    ended: list[Incident] = field(default_factory=list[Incident])
    told: list[Told] = field(default_factory=list[Told])

    def look(self, at: float, *found: Finding, sight: Sight | None = None) -> Self:
        """One look at `at` seconds after NOW that found these."""
        step = advance(self.live.values(), found, sight or self.sight, self.policy, ahead(at))
        self.live |= {incident.fingerprint: incident for incident in step.written}
        over = [incident for incident in step.written if incident.resolved_at]
        for incident in (*step.forgotten, *over):
            del self.live[incident.fingerprint]
        self.ended += over
        self.told += [(at, change.kind.value, change.incident.severity.value) for change in step.changes]
        return self

    @property
    def only_one(self) -> Incident:
        """The one incident that is suspected or open."""
        (incident,) = self.live.values()
        return incident
