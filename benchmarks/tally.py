"""How often each pool was told, and in what order: the rules of paging, checked on the messages alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.words import Word, word_of
from lifeguard.incidents import ChangeKind

TOLD_AT_MOST = 2
OPENED, RESOLVED = ChangeKind.OPENED, ChangeKind.RESOLVED


@dataclass(frozen=True, slots=True)
class Tally:
    """What was told of each pool, in the order in which it arrived; and how much was told of anything else."""

    told: Mapping[str, Sequence[ChangeKind]]
    alone: int = 0
    together: int = 0
    others: Sequence[str] = ()
    unnamed: int = 0

    def times(self, kind: ChangeKind) -> Counter[int]:
        """How many pools were told of so many times, by the number of times."""
        return Counter(told.count(kind) for told in self.told.values())

    @property
    def broken(self) -> dict[str, list[str]]:
        """The pools for which each rule does not hold."""
        found = {name: [pool for pool, told in self.told.items() if breaks(told)] for name, breaks in RULES.items()}
        return {name: pools for name, pools in found.items() if pools}

    @property
    def reopened(self) -> list[str]:
        """The pools whose beginning was told again after their end, which no rule forbids and which misleads."""
        return [pool for pool, told in self.told.items() if RESOLVED in told and OPENED in told[told.index(RESOLVED) :]]


def tally(pools: Iterable[str], messages: Sequence[Mapping[str, str]]) -> Tally:
    """Count the messages of one path, in the order in which they were taken."""
    words = [word_of(message) for message in messages]
    known = [word for word in words if word]
    return Tally(
        {pool: [word.kind for word in known if pool in word.pools] for pool in pools},
        sum(not _is_group(word) for word in known),
        sum(_is_group(word) for word in known),
        [message["subject"] for message, word in zip(messages, words, strict=True) if word is None],
        sum(word.missing for word in known),
    )


def _is_group(word: Word) -> bool:
    return len(word.pools) + word.missing > 1


def _is_upside_down(told: Sequence[ChangeKind]) -> bool:
    return RESOLVED in told and OPENED not in told[: told.index(RESOLVED)]


RULES: Mapping[str, Callable[[Sequence[ChangeKind]], bool]] = {
    "its beginning was never told": lambda told: OPENED not in told,
    "its end was never told": lambda told: RESOLVED not in told,
    "told more than twice": lambda told: max(Counter(told).values(), default=0) > TOLD_AT_MOST,
    "its end was told before its beginning": _is_upside_down,
}
"""What each of them must not be, by what is said of it."""
