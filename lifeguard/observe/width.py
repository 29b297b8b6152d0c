"""How many calls may be under way at once: fewer when the server is in trouble, and slowly more again. Pure.

At 64 calls at a time a self-hosted server answers no more of them than at 2, and everybody else waits 23 times as long
(measured with Prefect 3.8.8 on two cores, 2026-11-22).
"""

from dataclasses import dataclass, field, replace

GOOD_BEFORE_WIDER = 20
"""So many good answers in a row allow one call more at a time."""

SLOWER_BY = 4.0
SLOW_AT_LEAST_SECONDS = 0.25
"""Answers vary by some milliseconds for no reason: only what takes this long, too, is slow."""

WEIGHT_OF_THE_NEWEST = 0.3


@dataclass(frozen=True, slots=True)
class Width:
    """How many calls at once, `most` of them at best."""

    most: int
    at_once: int
    good_in_a_row: int = 0

    def refused(self) -> "Width":
        """After 429, 503 or no answer at all: half of it, and never none."""
        return replace(self, at_once=max(1, self.at_once // 2), good_in_a_row=0)

    def slow(self) -> "Width":
        """After an answer that took far longer than such answers do: one fewer."""
        return replace(self, at_once=max(1, self.at_once - 1), good_in_a_row=0)

    def good(self) -> "Width":
        """After an answer in its usual time: one more, once so many of them came in a row."""
        if self.at_once >= self.most or self.good_in_a_row + 1 < GOOD_BEFORE_WIDER:
            return replace(self, good_in_a_row=self.good_in_a_row + 1)
        return replace(self, at_once=self.at_once + 1, good_in_a_row=0)

    def up_to(self, most: int) -> "Width":
        """Under another policy: no more than that, and that much at once where nothing has been wrong so far."""
        at_once = most if self.at_once == self.most else min(self.at_once, most)
        return Width(most, at_once)


@dataclass(slots=True)
class Latencies:
    """How long the answers of each kind of endpoint take: the shortest so far, and lately."""

    _shortest: dict[str, float] = field(default_factory=dict[str, float])
    _lately: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def quickest(self) -> float | None:
        """The shortest of all so far; None where there was none."""
        return min(self._shortest.values(), default=None)

    def is_slow(self, kind: str, seconds: float) -> bool:
        """Whether answers of this kind take much longer lately than they can; the first of a kind never does."""
        shortest = min(seconds, self._shortest.get(kind, seconds))
        lately = self._lately.get(kind, seconds)
        lately += WEIGHT_OF_THE_NEWEST * (seconds - lately)
        self._shortest[kind], self._lately[kind] = shortest, lately
        return lately >= max(SLOW_AT_LEAST_SECONDS, SLOWER_BY * shortest)
