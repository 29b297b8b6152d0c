"""Pools on which nobody works before their next run, in a sentence. Not escaped yet: each format does that."""

from datetime import UTC, datetime, timedelta
from math import ceil

from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.unstaffed import LOOKS_BACK, Outlook, Unstaffed

SAME_DAY = timedelta(hours=20)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def nobody_works(pool: Unstaffed, now: datetime) -> str:
    """That nobody works there, when the next run is due, and what the past says of it."""
    since = f"has worked on it since {_clock(pool.empty_since, now)}" if pool.empty_since else "works on it"
    due = f"its next run is due {_clock(pool.next_at, now)}, in {_in(pool.next_at - now)}"
    past = _past(pool, now)
    return f"Nobody {since}; {due}{f'; {past}' if past else ''}."


def next_command(pool: Unstaffed) -> str | None:
    """What to do where somebody has to; it can be pasted."""
    started = command("prefect worker start", pool=pool.pool) + " --with-healthcheck"
    return started if pool.needs_somebody else None


def _past(pool: Unstaffed, now: datetime) -> str:
    last = _last(now - pool.known_since) if pool.known_since else ""
    longest, typical = _at_most(pool.longest), _at_most(pool.typical)
    times = "once" if pool.arrivals == 1 else f"{pool.arrivals} times, half of them within {typical}"
    match pool.outlook:
        case Outlook.IN_TIME:
            return f"in {last} a worker was there {longest} after work was due at the latest ({times}): nothing to do"
        case Outlook.SLOW:
            return f"in {last} it took up to {longest} from when work was due until a worker was there ({times})"
        case Outlook.LONGER:
            return f"in {last} a worker was back within {_at_most(pool.longest_absence)} each time that is known"
        case Outlook.NOBODY:
            return f"no worker is known to have come there in {last}"
        case Outlook.UNKNOWN:
            return ""


def _last(known: timedelta) -> str:
    """For how long it is known: a part of a day is left out."""
    if known >= LOOKS_BACK - HOUR:
        return f"the last {LOOKS_BACK.days} days"
    return f"the last {known.days} days" if known.days > 1 else "the last day"


def _in(time: timedelta) -> str:
    return short(60 * (time // MINUTE)) if time >= MINUTE else "less than a minute"


def _at_most(time: timedelta | None) -> str:
    """Rounded up: a worker is seen to be there by the patrol that comes after it."""
    seconds = ceil(time.total_seconds()) if time else 0
    return short(seconds if seconds < 60 else 60 * ceil(seconds / 60))


def _clock(time: datetime, now: datetime) -> str:
    own = time.astimezone(UTC)
    return f"{own:%H:%M} UTC" if abs(now - time) < SAME_DAY else f"{own:%Y-%m-%d %H:%M} UTC"
