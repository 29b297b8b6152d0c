"""The hours in which a pager keeps quiet, by the clock on the wall of those whom it pages."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from lifeguard.escaping import visible

FORM = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})(?:\s+(\S+))?")
EXAMPLE = "give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"
DAY = timedelta(days=1)
LONGEST = timedelta(hours=20)
"""Clocks are set by 3 hours at most (tzdata 2026, since 2000), so that some of each day is always left to page in."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Every day from `start` up to `end` as clocks in `zone` show it, over midnight where `end` is the earlier one.

    Raises `ValueError` where they would last for the whole day or nearly so.
    """

    start: time
    end: time
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse what would let nothing through."""
        if self.start == self.end:
            raise ValueError("they begin and end at the same time; give two times, or none at all to be never quiet")
        if _until(self.start, self.end) > LONGEST:
            raise ValueError(
                "they last longer than 20 hours; for nothing but critical pages, leave only critical in severities"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `22:00-07:00` (UTC) or `22:00-07:00 Europe/Zurich`; raises `ValueError` with a sentence for what is neither."""
        try:
            return cls(*_parts(text.strip()))
        except ValueError as error:
            raise ValueError(f"{visible(text)!r} cannot be quiet hours: {error}") from None

    def end_after(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold at `now` end, in UTC; None where none do.

        A clock that is set forward over their end ends them at that moment; of two equal hours, both are quiet.
        """
        if not self._holds(now):
            return None
        end = self._edge_after(now)
        while self._holds(end):
            end = self._edge_after(end)
        return end

    def _holds(self, moment: datetime) -> bool:
        shown = moment.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= shown < self.end
        return shown >= self.start or shown < self.end

    def _edge_after(self, moment: datetime) -> datetime:
        """When clocks show the end, or are set to another time before they do."""
        end = moment.astimezone(UTC) + _until(moment.astimezone(self.zone).time(), self.end)
        return _clock_change(self.zone, moment, end) or end


def _parts(text: str) -> tuple[time, time, ZoneInfo]:
    found = FORM.fullmatch(text)
    if not found:
        raise ValueError(f"two times are expected; {EXAMPLE}")
    return _time(found[1], found[2]), _time(found[3], found[4]), _zone(found[5] or "UTC")


def _time(hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError(f"times go from 00:00 to 23:59; {EXAMPLE}") from None


def _zone(name: str) -> ZoneInfo:
    """Names of folders and of files that are no zones are errors of the file system."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=1, cutoff=0.8)
        way_out = f"did you mean {near[0]}?" if near else EXAMPLE
        raise ValueError(f"there is no time zone {visible(name)!r}; {way_out}") from None


def _until(shown: time, end: time) -> timedelta:
    """How long a clock that is not set runs from one time to the next that shows the other."""
    return (_since_midnight(end) - _since_midnight(shown)) % DAY


def _since_midnight(shown: time) -> timedelta:
    return timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)


def _clock_change(zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The first moment of another offset between the two, which lie within one day; there is never more than one."""
    old = after.astimezone(zone).utcoffset()
    if until.astimezone(zone).utcoffset() == old:
        return None
    seconds = range(int(after.timestamp()), int(until.timestamp()) + 1)
    changed = bisect_left(seconds, True, key=lambda second: datetime.fromtimestamp(second, zone).utcoffset() != old)
    return datetime.fromtimestamp(seconds[changed], UTC)
