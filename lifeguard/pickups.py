"""How long runs waited to be picked up: from when a run was expected to start until it did. Counted, not kept one by one."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

BOUNDS_SECONDS = (
    *(1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 450.0, 600.0, 900.0),
    *(1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 86_400.0),
)
"""The upper ends of the buckets; the last bucket has none. Every history holds counts by them: they never change."""


@dataclass(frozen=True, slots=True)
class Pickups:
    """How many runs waited how long: `counts` by bucket, not added up, one more than there are bounds."""

    counts: tuple[int, ...] = (0,) * (len(BOUNDS_SECONDS) + 1)
    sum_seconds: float = 0.0
    max_seconds: float = 0.0

    @classmethod
    def of(cls, waits_seconds: Iterable[float]) -> "Pickups":
        """Count these waits; a run that began before its time did not wait."""
        waits = [max(0.0, wait) for wait in waits_seconds]
        counts = [0] * (len(BOUNDS_SECONDS) + 1)
        for wait in waits:
            counts[bisect_left(BOUNDS_SECONDS, wait)] += 1
        return cls(tuple(counts), sum(waits), max(waits, default=0.0))

    def __add__(self, other: "Pickups") -> "Pickups":
        """Both together."""
        counts = tuple(ours + theirs for ours, theirs in zip(self.counts, other.counts, strict=True))
        return Pickups(counts, self.sum_seconds + other.sum_seconds, max(self.max_seconds, other.max_seconds))

    @property
    def runs(self) -> int:
        """How many runs were picked up."""
        return sum(self.counts)

    def quantile_seconds(self, share: float) -> float | None:
        """How long this share of the runs waited at most, as if waits were spread evenly in a bucket; None without runs."""
        if not self.runs:
            return None
        rank = share * self.runs
        reached = list(accumulate(self.counts))
        bucket = next(number for number, total in enumerate(reached) if total and total >= rank)
        lower = BOUNDS_SECONDS[bucket - 1] if bucket else 0.0
        upper = BOUNDS_SECONDS[bucket] if bucket < len(BOUNDS_SECONDS) else self.max_seconds
        before = reached[bucket] - self.counts[bucket]
        within = (rank - before) / self.counts[bucket] if self.counts[bucket] else 0.0
        return min(self.max_seconds, lower + within * (upper - lower))
