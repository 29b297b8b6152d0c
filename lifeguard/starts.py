"""Runs that began, and which of them a patrol counts: each once, however late, often or close together patrols come. Pure.

The history holds a mark, up to which starts are counted; a patrol counts what began since and moves it on. Of what begins
right now the server may not tell yet, so a window ends some time before the look.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lifeguard.pickups import Pickups
from lifeguard.spans import Span

SLOT = timedelta(minutes=5)

SETTLES_SECONDS = 30.0
"""A start is told by the server's clock, which is set before the transaction that makes it visible is over; a busy
SQLite server takes up to 10 s for one (PREFECT_SERVER_DATABASE_TIMEOUT)."""

FIRST_LOOKS_BACK_SECONDS = 3600.0
CATCHES_UP_SECONDS = 86_400.0
"""After a pause of patrols that was longer than this, what began before it is left out, and that is said."""

CLOCK_WAS_SET_BACK_SECONDS = 900.0
"""What seems to be older than the last look by more than this is not late: the server's clock went back."""


@dataclass(frozen=True, slots=True)
class Start:
    """A run's first start, on a pool. It waited since it was expected, or since it was made if that was later."""

    pool_id: str
    began: datetime
    waited_seconds: float


@dataclass(frozen=True, slots=True)
class Starts:
    """Every first start from `after`, the mark that was found, up to `until`, the mark to be set.

    `window` is what was asked about: it may begin later than the mark, and `after` is None before the first patrol.
    """

    after: datetime | None
    window: Span
    runs: tuple[Start, ...] = ()

    @property
    def until(self) -> datetime:
        """Up to when starts are counted now."""
        return self.window.end


def window_after(mark: datetime | None, taken_at: datetime) -> Span | None:
    """What a look at `taken_at` has to count; None where there is nothing yet.

    A mark far ahead was set before the server's clock went back: counting begins anew.
    """
    end = taken_at - timedelta(seconds=SETTLES_SECONDS)
    if mark is None:
        return Span(slot_of(end - timedelta(seconds=FIRST_LOOKS_BACK_SECONDS)), end)
    if mark > end + timedelta(seconds=CLOCK_WAS_SET_BACK_SECONDS):
        return Span(end, end)
    start = max(mark, end - timedelta(seconds=CATCHES_UP_SECONDS))
    return Span(start, end) if start < end else None


def slot_of(time: datetime, length: timedelta = SLOT) -> datetime:
    """When the slot began in which a time lies; slots are counted from midnight UTC."""
    own = time.astimezone(UTC)
    midnight = own.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (own - midnight) // length * length


def counted(runs: Iterable[Start]) -> dict[tuple[str, datetime], Pickups]:
    """How long runs waited, by the pool's id and the slot in which they began."""
    waits: defaultdict[tuple[str, datetime], list[float]] = defaultdict(list)
    for run in runs:
        waits[run.pool_id, slot_of(run.began)].append(run.waited_seconds)
    return {key: Pickups.of(own) for key, own in waits.items()}
