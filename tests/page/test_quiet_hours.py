"""Quiet hours by the clock on the wall, also on the nights when that clock is set to another time."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lifeguard.page.quiet_hours import LONGEST, QuietHours

CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST, LAST = datetime(2022, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
SET_AT_ODD_TIMES = (
    "Europe/Zurich",
    "America/New_York",
    "America/Havana",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Antarctica/Casey",
    "Asia/Kathmandu",
)
"""Zones whose clocks are set at midnight, by half an hour, by two or three hours, or never."""


@cache
def every_zone() -> list[str]:
    return sorted(available_timezones())


@cache
def changes(name: str) -> list[datetime]:
    """When the clocks of this zone are set, to within six hours."""
    steps = [FIRST + number * DAY / 4 for number in range((LAST - FIRST).days * 4)]
    offsets = [step.astimezone(ZoneInfo(name)).utcoffset() for step in steps]
    return [step for step, (one, other) in zip(steps, pairwise(offsets), strict=False) if one != other] or [FIRST]


@st.composite
def moments(draw: st.DrawFn) -> tuple[datetime, ZoneInfo]:
    """A time in a zone, every other one near a night on which the clocks there are set."""
    if draw(st.booleans()):
        any_time = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
        return draw(any_time), ZoneInfo(draw(st.sampled_from(every_zone())))
    name = draw(st.sampled_from(SET_AT_ODD_TIMES))
    near = draw(st.sampled_from(changes(name)))
    return near + draw(st.timedeltas(-DAY, DAY)), ZoneInfo(name)


@st.composite
def hours(draw: st.DrawFn, zone: ZoneInfo) -> QuietHours:
    start, end = draw(CLOCKS), draw(CLOCKS)
    assume(start != end and timedelta(minutes=(minutes(end) - minutes(start)) % 1440) <= LONGEST)
    return QuietHours(start, end, zone)


def minutes(shown: time) -> int:
    return shown.hour * 60 + shown.minute


def is_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """What a person sees who looks at the clock: the two times and what it shows, as text."""
    shown = f"{moment.astimezone(quiet.zone):%H:%M}"
    start, end = f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}"
    return start <= shown < end if start < end else not end <= shown < start


def end_by_looking_every_minute(quiet: QuietHours, now: datetime) -> datetime | None:
    if not is_quiet(quiet, now):
        return None
    looked = now.replace(second=0, microsecond=0) + MINUTE
    while is_quiet(quiet, looked):
        looked += MINUTE
    return looked


@settings(max_examples=200, deadline=None)
@given(st.data(), moments())
def test_they_end_when_somebody_who_looks_every_minute_says_so(
    data: st.DataObject, at: tuple[datetime, ZoneInfo]
) -> None:
    now, zone = at
    quiet = data.draw(hours(zone))
    assert quiet.end_after(now) == end_by_looking_every_minute(quiet, now)


@settings(max_examples=200, deadline=None)
@given(st.data(), moments())
def test_they_end_soon_in_utc_and_not_in_the_next_ones(data: st.DataObject, at: tuple[datetime, ZoneInfo]) -> None:
    now, zone = at
    quiet = data.draw(hours(zone))
    end = quiet.end_after(now)
    if end is not None:
        assert (now < end <= now + timedelta(hours=25), end.tzinfo, quiet.end_after(end)) == (True, UTC, None)


@pytest.mark.parametrize(
    ("text", "now", "end"),
    [
        ("22:00-07:00", "2026-11-22T21:59:59", None),
        ("22:00-07:00", "2026-11-22T22:00:00", "2026-11-23T07:00:00"),
        ("22:00-07:00", "2026-11-23T06:59:59.5", "2026-11-23T07:00:00"),
        ("22:00-07:00", "2026-11-23T07:00:00", None),
        ("12:00-13:30", "2026-11-22T12:00:00", "2026-11-22T13:30:00"),
        ("9:00 - 17:00", "2026-11-22T16:00:00", "2026-11-22T17:00:00"),
        ("22:00-07:00 America/New_York", "2026-11-23T03:00:00", "2026-11-23T12:00:00"),
        (" 22:00-00:00  Asia/Kathmandu ", "2026-11-22T18:00:00", "2026-11-22T18:15:00"),
    ],
)
def test_they_hold_from_their_start_up_to_their_end(text: str, now: str, end: str | None) -> None:
    assert QuietHours.parse(text).end_after(utc(now)) == (utc(end) if end else None)


@pytest.mark.parametrize(
    ("text", "now", "end"),
    [
        pytest.param("22:00-07:00", "2026-03-28T21:00", "2026-03-29T05:00", id="a short night"),
        pytest.param("22:00-07:00", "2026-10-24T20:00", "2026-10-25T06:00", id="a long night"),
        pytest.param("22:00-02:30", "2026-03-29T00:59", "2026-03-29T01:00", id="the end is left out"),
        pytest.param("02:30-07:00", "2026-03-29T01:00", "2026-03-29T05:00", id="the start is left out"),
        pytest.param("02:10-02:50", "2026-03-29T01:00", None, id="all of it is left out"),
        pytest.param("22:00-02:30", "2026-10-25T00:29", "2026-10-25T00:30", id="the first of two ends"),
        pytest.param("22:00-02:30", "2026-10-25T01:00", "2026-10-25T01:30", id="the second of two ends"),
        pytest.param("02:30-07:00", "2026-10-25T00:45", "2026-10-25T01:00", id="set back to before the start"),
    ],
)
def test_clocks_that_are_set_are_followed(text: str, now: str, end: str | None) -> None:
    assert QuietHours.parse(f"{text} Europe/Zurich").end_after(utc(now)) == (utc(end) if end else None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("at night", "two times are expected; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"),
        ("22-7", "two times are expected; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"),
        ("25:00-07:00", "times go from 00:00 to 23:59; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"),
        ("22:00-24:00", "times go from 00:00 to 23:59; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"),
        ("22:00-22:00", "they begin and end at the same time; give two times, or none at all to be never quiet"),
        (
            "00:00-23:59",
            "they last longer than 20 hours; for nothing but critical pages, leave only critical in severities",
        ),
        ("22:00-07:00 Europe/Zurch", "there is no time zone 'Europe/Zurch'; did you mean Europe/Zurich?"),
        ("22:00-07:00 Europe", "there is no time zone 'Europe'; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich"),
        (
            "22:00-07:00 ../../etc/passwd",
            "there is no time zone '../../etc/passwd'; give them as 22:00-07:00 or 22:00-07:00 Europe/Zurich",
        ),
    ],
)
def test_what_is_none_is_refused_with_the_way_out(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:
        QuietHours.parse(text)
    assert str(refused.value) == f"{text!r} cannot be quiet hours: {why}"


@given(st.text(max_size=40))
def test_any_text_is_either_read_or_refused_without_control_characters(text: str) -> None:
    try:
        QuietHours.parse(text)
    except ValueError as error:
        assert str(error).isprintable()


@pytest.fixture
def without_zones_of_the_system() -> Iterator[None]:
    zoneinfo.reset_tzpath(())
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.usefixtures("without_zones_of_the_system")
def test_no_zone_files_of_the_system_are_needed() -> None:
    assert {ZoneInfo.no_cache(name).key for name in ("UTC", "Europe/Zurich")} == {"UTC", "Europe/Zurich"}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
