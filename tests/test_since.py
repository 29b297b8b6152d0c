"""From when on to look back, as people write it."""

from datetime import UTC, datetime, timedelta

import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.since import since
from tests.builders import NOW

AGES = {
    "30m": timedelta(minutes=30),
    "12h": timedelta(hours=12),
    "7d": timedelta(days=7),
    "2w": timedelta(days=14),
    " 90d ": timedelta(days=90),
}
TIMES = {
    "2026-11-15": datetime(2026, 11, 15, tzinfo=UTC),
    "2026-11-15T09:00": datetime(2026, 11, 15, 9, tzinfo=UTC),
    "2026-11-15 09:00:30Z": datetime(2026, 11, 15, 9, 0, 30, tzinfo=UTC),
    "2026-11-15T09:00+01:00": datetime(2026, 11, 15, 8, tzinfo=UTC),
}
NEITHER = (
    "",
    "soon",
    "7",
    "d",
    "-7d",
    "7 d",
    "1.5h",
    "7y",
    "٧d",
    "999999w",
    "2026-13-01",
    "0001-01-01T00:00+01:00",
    "\x1b[1m",
)


@pytest.mark.parametrize("text", AGES)
def test_an_age_counts_from_now(text: str) -> None:
    assert since(text, NOW) == NOW - AGES[text]


@pytest.mark.parametrize("text", TIMES)
def test_a_time_without_a_zone_is_utc(text: str) -> None:
    moment = since(text, NOW)
    assert (moment, moment.tzinfo) == (TIMES[text], UTC)


@pytest.mark.parametrize("text", ["0001-01-01", "99999d"])
def test_nothing_is_older_than_1970(text: str) -> None:
    assert since(text, NOW) == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", NEITHER)
def test_anything_else_is_refused_with_the_value_and_the_way_out(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        since(text, NOW)
    assert str(refused.value) == (
        f"--since is {text!r}, which is neither an age nor a time: give an age (30m, 12h, 7d, 2w) or a time "
        "(2026-11-15, 2026-11-15T09:00; UTC unless it names a zone)."
    )


@pytest.mark.parametrize("text", ["0m", "2026-11-22T12:00", "2027-01-01"])
def test_a_time_that_is_not_past_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="which is not in the past"):
        since(text, NOW)
