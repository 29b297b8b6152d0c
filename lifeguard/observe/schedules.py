"""When a schedule will make runs, by Prefect's own reckoning; nothing is asked of the server, and nothing is made there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

DATES_AT_ONCE = 1000
"""As many as Prefect reckons at once (MAX_ITERATIONS in prefect.server.schemas.schedules)."""

DATES_AT_MOST = 3000
"""Two days by the minute."""

TOO_COSTLY = re.compile(r"FREQ=(SECONDLY|MINUTELY)")
"""An RRULE is reckoned from its first date on, by default 2020: 60 dates by the minute took 25 s (2026-11-22, 3.9.1)."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The next dates of a schedule; after `untold_after` there may be more. None: they are all there."""

    times: tuple[datetime, ...] = ()
    untold_after: datetime | None = None


async def dates_of(schedule: Mapping[str, Any], after: datetime, until: datetime) -> Dates:
    """The dates after a time and before another; none can be told of some rules, and of what Prefect does not know."""
    known = _known(schedule)
    if known is None:
        return Dates(untold_after=after)
    dates = await _dates(known, after, until, DATES_AT_ONCE)
    while dates.untold_after and len(dates.times) < DATES_AT_MOST:
        more = await _dates(known, dates.untold_after, until, DATES_AT_ONCE)
        dates = Dates(dates.times + more.times, more.untold_after)
    return dates


async def next_date_of(schedule: Mapping[str, Any], after: datetime, until: datetime) -> datetime | None:
    """The first date after a time and before another; None where there is none, and where none can be told."""
    known = _known(schedule)
    dates = await _dates(known, after, until, 2) if known else Dates()
    return dates.times[0] if dates.times else None


def _known(schedule: Mapping[str, Any]) -> Any:
    """The schedule as Prefect reckons with it; None for one that it does not know, or for which it takes too long."""
    from prefect.server.schemas.schedules import SCHEDULE_TYPES, RRuleSchedule

    try:
        known: Any = TypeAdapter[Any](SCHEDULE_TYPES).validate_python(schedule)
    except ValidationError:
        return None
    return None if isinstance(known, RRuleSchedule) and TOO_COSTLY.search(known.rrule.upper()) else known


async def _dates(schedule: Any, after: datetime, until: datetime, at_most: int) -> Dates:
    found = [_plain(date) for date in await schedule.get_dates(at_most, after, until)]
    times = tuple(date for date in found if after < date < until)
    return Dates(times, found[-1] if len(found) >= at_most else None)


def _plain(date: datetime) -> datetime:
    """Some dates come as those of pendulum, which do not reckon with others."""
    return datetime.fromtimestamp(date.timestamp(), UTC)
