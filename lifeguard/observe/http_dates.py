"""Times as HTTP headers write them; whatever cannot be read is None."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

AHEAD_SECONDS, BEHIND_SECONDS = 2.0, 5.0
"""Below these, a `Date` is no sign of another clock. It is never ahead of its server's clock, but seconds behind it: whole
seconds are told, and uvicorn writes them anew each ten rounds of a loop that a busy server delays (0.54: 2.1 s behind while
four clients ask as fast as they can)."""


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header, which holds a number or a date; None where it holds neither."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    until = seconds_until(header, now)
    return None if until is None else max(0.0, until)


def seconds_until(date: str | None, now: datetime) -> float | None:
    """Seconds from now to a date as HTTP writes it; None where it is none. Without a zone it is UTC (RFC 9110)."""
    try:
        time = parsedate_to_datetime(date or "")
    except (ValueError, TypeError):
        return None
    return (time.replace(tzinfo=time.tzinfo or UTC) - now).total_seconds()


def skew_by(date: str | None, received: datetime, took: float) -> float | None:
    """Seconds that the clock behind a `Date` header is ahead, where the answer took so many; None where it tells none."""
    skew = seconds_until(date, received)
    if skew is None:
        return None
    return 0.0 if -took - BEHIND_SECONDS < skew < AHEAD_SECONDS else skew
