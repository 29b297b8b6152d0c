"""Which kinds of endpoint do not answer any more, so that a look does not wait for each of them again and again. Pure."""

from collections import Counter

GIVE_UP_AFTER_FAILURES = 10
GIVE_UP_ALL_AFTER_KINDS = 3
"""One that hangs by itself, as behind a proxy that does not like it, must not keep the others from being asked."""


class Silence:
    """Counts the calls in a row that got no answer."""

    def __init__(self) -> None:
        self._of_kind = Counter[str]()
        self._of_all: list[str] = []

    def answered(self, kind: str) -> None:
        """The server is there, and so is this kind of endpoint."""
        self._of_kind[kind] = 0
        self._of_all.clear()

    def unanswered(self, kind: str) -> None:
        """One more that got none."""
        self._of_kind[kind] += 1
        self._of_all.append(kind)

    def is_final(self, kind: str) -> bool:
        """Whether this kind is not worth asking any more, or nothing is."""
        all_at_once = len(self._of_all) >= GIVE_UP_AFTER_FAILURES and len(set(self._of_all)) >= GIVE_UP_ALL_AFTER_KINDS
        return all_at_once or self._of_kind[kind] >= GIVE_UP_AFTER_FAILURES
