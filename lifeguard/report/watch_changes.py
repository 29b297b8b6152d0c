"""What differs between two looks, as somebody wants to be shown it who watches. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lifeguard.findings import Finding, PoolReading
from lifeguard.judgement import Judgement


class Mark(StrEnum):
    """How a number or a word differs from the look before; also without colours."""

    SAME = ""
    MORE = "▲"
    LESS = "▼"
    OTHER = "◆"


@dataclass(frozen=True, slots=True)
class Differences:
    """What is new and what is gone since the look before; nothing is, where there was none."""

    before: Judgement | None
    now: Judgement

    def marks(self, pool: PoolReading) -> dict[str, Mark]:
        """By the name of its column, how each cell of a pool's row differs. How long the oldest waits always does."""
        old = next((each for each in self.before.pools if each.id == pool.id), None) if self.before else None
        if old is None:
            return {"Work pool": Mark.OTHER} if self.before else {}
        return {
            "Verdict": _other(old.verdict, pool.verdict),
            "Work pool": _other(old.name, pool.name),
            "Workers": _mark(old.workers_online, pool.workers_online),
            "Overdue": _mark(old.overdue, pool.overdue),
            "Pending": _mark(old.pending, pool.pending),
            "Running": _mark(old.running, pool.running),
            "Awaiting slot": _mark(old.waiting_for_slot, pool.waiting_for_slot),
            "Slots": _mark(old.active_slots, pool.active_slots) if pool.concurrency_limit is not None else Mark.SAME,
        }

    def is_new(self, finding: Finding) -> bool:
        """Whether the look before did not find it."""
        return self.before is not None and finding.fingerprint not in _fingerprints(self.before)

    @property
    def gone(self) -> Sequence[Finding]:
        """What the look before found and this one could have found and did not."""
        if self.before is None or not self.now.is_complete:
            return ()
        return [each for each in self.before.findings if each.fingerprint not in _fingerprints(self.now)]

    @property
    def gone_pools(self) -> Sequence[PoolReading]:
        """The pools that are no longer on the server."""
        if self.before is None or not self.now.is_complete:
            return ()
        present = {pool.id for pool in self.now.pools}
        return [pool for pool in self.before.pools if pool.id not in present]


def _fingerprints(judgement: Judgement) -> set[str]:
    return {finding.fingerprint for finding in judgement.findings}


def _mark(old: int | None, new: int | None) -> Mark:
    if old is None or new is None:
        return _other(old, new)
    return Mark.MORE if new > old else Mark.LESS if new < old else Mark.SAME


def _other(old: object, new: object) -> Mark:
    return Mark.SAME if old == new else Mark.OTHER
