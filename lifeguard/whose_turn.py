"""Whose turn it is to be read again, of all that is remembered: spread evenly over the looks, the oldest first. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta


def turns(read_at: Sequence[datetime], now: datetime, reread_after: timedelta) -> set[int]:
    """The places of those, by when each was read, that are to be read again now.

    Each whose age has reached `reread_after`; and as many of the oldest as keeps the looks even: of 10 that are to be read
    again within 10 minutes one a minute.
    """
    if not read_at or reread_after <= timedelta(0):
        return set(range(len(read_at)))
    oldest = sorted((time, place) for place, time in enumerate(read_at))
    aged = sum(now - time >= reread_after for time in read_at)
    each_takes = reread_after.total_seconds() / len(read_at)
    due = int(now.timestamp() // each_takes) - int(oldest[-1][0].timestamp() // each_takes)
    return {place for _, place in oldest[: max(aged, due)]}
