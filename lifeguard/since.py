"""From when on to look back: an age such as 7d, or a time such as 2026-11-15 or 2026-11-15T09:00+01:00."""

import re
from datetime import UTC, datetime, timedelta

from lifeguard.configuration import ConfigurationError

AGE = re.compile(r"(?P<number>\d{1,6})(?P<unit>[mhdw])", re.ASCII)
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Nothing is older, and databases differ in what they make of times that are."""

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
WAY_OUT = "give an age (30m, 12h, 7d, 2w) or a time (2026-11-15, 2026-11-15T09:00; UTC unless it names a zone)"


def since(text: str, now: datetime) -> datetime:
    """The moment that a text names, in UTC, and never before `OLDEST`.

    Raises `ConfigurationError` for a text that names no moment, or none that is past.
    """
    try:
        moment = _before(text.strip(), now) or _at(text.strip())
    except (ValueError, OverflowError):
        raise ConfigurationError(f"--since is {text!r}, which is neither an age nor a time: {WAY_OUT}.") from None
    if moment >= now:
        raise ConfigurationError(f"--since is {text!r}, which is not in the past: {WAY_OUT}.")
    return max(moment, OLDEST)


def age(text: str, option: str) -> timedelta:
    """The time that an age such as 3d names; raises `ConfigurationError`, naming the option that it was given for."""
    found = AGE.fullmatch(text.strip())
    if found is None:
        raise ConfigurationError(f"{option} is {text!r}, which is no age: give one such as 12h, 3d or 2w.")
    return timedelta(**{UNITS[found["unit"]]: int(found["number"])})


def _before(text: str, now: datetime) -> datetime | None:
    found = AGE.fullmatch(text)
    return now - timedelta(**{UNITS[found["unit"]]: int(found["number"])}) if found else None


def _at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
