"""The time at the beginning of a line, in the forms that Prefect, PostgreSQL, Kubernetes and journald write."""

import re
from datetime import UTC, datetime

from lifeguard.signatures.sign import Stamp

STAMP = re.compile(
    r"[\[\s|]{0,3}(?P<written>"
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d:\d\d)(?:[.,](?P<part>\d{1,9}))?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
    r"|\d\d:\d\d:\d\d(?:[.,]\d{1,6})?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d)(?!\d)"
)
"""Prefect's own format has no day: `HH:MM:SS.mmm | LEVEL | logger - message` (`logging.yml`, 3.9.1)."""

IN_UTC = frozenset({"Z", "UTC", "GMT"})


def stamp_of(found: re.Match[str] | None) -> Stamp | None:
    """The time that was found at the beginning of a line, if one was; reading it costs more than finding it."""
    return Stamp(found["written"], _at(found)) if found else None


def _at(found: re.Match[str]) -> datetime | None:
    """None where it is not said which zone it is in, or where it is no time at all."""
    zone = found["zone"]
    if zone is None:
        return None
    text = f"{found['day']}T{found['time']}.{(found['part'] or '0')[:6].ljust(6, '0')}"
    try:
        return datetime.fromisoformat(text + ("+00:00" if zone in IN_UTC else zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
