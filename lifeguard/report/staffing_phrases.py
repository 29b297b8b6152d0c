"""Workers that become fewer, in a sentence. Not escaped yet: each format does that."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from lifeguard.staffing import Falling

SAME_DAY = timedelta(hours=20)


def fewer_workers(falling: Falling, now: datetime) -> str:
    """The steps down, what is usual, and when none is left if it goes on so."""
    before = ", ".join(f"{step.workers} until {_clock(later.at, now)}" for step, later in pairwise(falling.steps))
    ends = falling.none_left_at
    end = f"; if that goes on, none is left by about {_clock(ends, now)}" if ends else ""
    return (
        f"Its workers become fewer: {before} and {falling.steps[-1].workers} since then, where at this time there were at "
        f"least {falling.usual} on the {falling.days} days before that are known{end}."
    )


def _clock(time: datetime, now: datetime) -> str:
    own = time.astimezone(UTC)
    return f"{own:%H:%M} UTC" if abs(now - time) < SAME_DAY else f"{own:%Y-%m-%d %H:%M} UTC"
