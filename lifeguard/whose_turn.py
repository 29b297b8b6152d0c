"""Whose turn it is to be read again, of all that is remembered: spread evenly over the looks, the oldest first. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol


class Read(Protocol):
    """Something that was read at a time."""

    @property
    def read_at(self) -> datetime:
        """When."""
        ...


def turns(known: Sequence[Read], now: datetime, reread_after: timedelta) -> set[int]:
    """The places of those in `known` that are to be read again now.

    Each whose age has reached `reread_after`; and as many of the oldest as keeps the looks even: of 10 that are to be read
    again within 10 minutes one a minute.
    """
    if not known or reread_after <= timedelta(0):
        return set(range(len(known)))
    oldest = sorted((each.read_at, place) for place, each in enumerate(known))
    aged = sum(now - read_at >= reread_after for read_at, _ in oldest)
    each_takes = reread_after.total_seconds() / len(known)
    due = int(now.timestamp() // each_takes) - int(oldest[-1][0].timestamp() // each_takes)
    return {place for _, place in oldest[: max(aged, due)]}
