"""How fast a pool has started runs, and how long one held its slot (Little's law). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from lifeguard.starts import SLOT

MINUTE = timedelta(minutes=1)
STARTS_FOR_A_LENGTH = 10
HOLDS = timedelta(minutes=65)
"""A reading is written again once an hour; for longer than this one proves nothing, as in `lifeguard.history`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Runs a minute in the best five minutes, and for how many minutes a run held a slot; None is not known."""

    fastest: float | None = None
    holds_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Active:
    """How many runs held a slot, from a reading on until the next; None could not be seen."""

    at: datetime
    runs: int | None


def pace_of(began: Mapping[datetime, int], active: Sequence[Active], until: datetime) -> Pace:
    """From the runs that began in each slot of time, the readings by time, and up to when starts are counted."""
    fastest = max(began.values(), default=0) / (SLOT / MINUTE)
    held, since = _slot_minutes(active, until), active[0].at if active else until
    runs = sum(number for at, number in began.items() if at >= since)
    return Pace(fastest or None, held / runs if held and runs >= STARTS_FOR_A_LENGTH else None)


def _slot_minutes(active: Sequence[Active], until: datetime) -> float:
    """For how long slots were held, added up over all of them."""
    ends = [later.at for _, later in pairwise(active)] + [until]
    spans = (min(end, own.at + HOLDS, until) - own.at for own, end in zip(active, ends, strict=False))
    return sum((own.runs or 0) * max(timedelta(), span) / MINUTE for own, span in zip(active, spans, strict=False))
