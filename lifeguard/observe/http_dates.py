"""Times as HTTP headers write them; whatever cannot be read is None."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


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
