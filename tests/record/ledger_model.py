"""The ledger once more, written from its description alone and as plainly as can be: what the real one is compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LEVELS = ("info", "warning", "critical")
FOR_SECONDS = {"info": 45.0, "warning": 45.0, "critical": 30.0}
RECOVERY_SECONDS = 300.0
SECOND_LOOK_SECONDS = 30.0
LATE_AT_MOST_SECONDS = 900.0

Seen = Mapping[str, tuple[str, bool]]
"""Fingerprint to severity, and whether the server agrees."""

Edge = tuple[str, str, str, float]
"""Fingerprint, kind of change, severity, and when."""


@dataclass
class Known:
    """One that is suspected or open."""

    first: float
    last: float
    told: str | None = None
    opened: float | None = None
    worse: float | None = None
    gone: float | None = None


@dataclass
class Model:
    """What should be in the database for one server."""

    live: dict[str, Known] = field(default_factory=dict[str, Known])
    edges: list[Edge] = field(default_factory=list[Edge])
    last_look: float | None = None
    last_start: float | None = None
    patrols: int = 0
    superseded: int = 0

    def patrol(self, at: float, seen: Seen, is_hidden: Callable[[str], bool]) -> list[Edge]:
        """One patrol that began at `at`; what it changes."""
        self.patrols += 1
        if self.last_start is not None and self.last_start - LATE_AT_MOST_SECONDS < at < self.last_start:
            self.superseded += 1
            return []
        now = self.last_look = self._time(at)
        self.last_start = at
        before = len(self.edges)
        for name, (severity, is_sure) in seen.items():
            self._present(name, severity, is_sure, now)
        for name in [name for name in self.live if name not in seen and not is_hidden(name)]:
            self._absent(name, now)
        return self.edges[before:]

    def _time(self, at: float) -> float:
        """The clock, while it does not go back; after it did, half as fast as it, until it is there again."""
        if self.last_look is None or self.last_start is None or at >= self.last_look:
            return at
        return self.last_look + (at - self.last_start) / 2 if at > self.last_start else self.last_look

    @property
    def open(self) -> list[str]:
        """The fingerprints of what is open."""
        return [name for name, known in self.live.items() if known.opened is not None]

    def _present(self, name: str, severity: str, is_sure: bool, now: float) -> None:
        known = self.live.setdefault(name, Known(first=now, last=now))
        known.last, known.gone = now, None
        hold = FOR_SECONDS[severity] if is_sure else max(FOR_SECONDS[severity], SECOND_LOOK_SECONDS)
        if known.told is None:
            if now >= known.first + hold:
                known.told, known.opened = severity, now
                self.edges.append((name, "opened", severity, now))
        elif LEVELS.index(severity) <= LEVELS.index(known.told):
            known.worse = None
        else:
            known.worse = now if known.worse is None else known.worse
            if now >= known.worse + hold:
                known.told, known.worse = severity, None
                self.edges.append((name, "escalated", severity, now))

    def _absent(self, name: str, now: float) -> None:
        known = self.live[name]
        if known.told is None:
            del self.live[name]
            return
        known.worse = None
        known.gone = now if known.gone is None else known.gone
        if now >= known.gone + RECOVERY_SECONDS:
            del self.live[name]
            self.edges.append((name, "resolved", known.told, now))
