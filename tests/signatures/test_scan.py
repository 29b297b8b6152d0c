"""Going through a log: times, counts, names, and what is safe to show."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lifeguard.signatures.scan import signs_in
from lifeguard.signatures.secrets import example_of
from lifeguard.signatures.sign import Sign, Stamp
from lifeguard.signatures.times import STAMP, stamp_of
from tests.signatures.recorded import recorded

LOCKED = "sqlite3.OperationalError: database is locked"


def only(lines: list[str]) -> Sign:
    (sign,) = signs_in(lines, "a.log")
    return sign


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-11-22T16:32:06.039Z | ERROR", datetime(2026, 11, 22, 16, 32, 6, 39000, UTC)),
        ("2026-11-22T17:32:06+0100 | ERROR", datetime(2026, 11, 22, 16, 32, 6, tzinfo=UTC)),
        ("2026-11-22 16:42:38.699 UTC [31885] FATAL:", datetime(2026, 11, 22, 16, 42, 38, 699000, UTC)),
        ("2026-11-22T16:32:06.039123456Z stdout F x", datetime(2026, 11, 22, 16, 32, 6, 39123, UTC)),
    ],
)
def test_a_time_with_day_and_zone_is_told_in_utc(line: str, at: datetime) -> None:
    stamp = stamp_of(STAMP.match(line))
    assert stamp and stamp.at == at


@pytest.mark.parametrize("written", ["16:32:06.039", "2026-11-22 16:32:06,039", "Nov 22 16:32:06"])
def test_a_time_without_day_or_zone_stays_as_it_is_written(written: str) -> None:
    assert stamp_of(STAMP.match(f"{written} | ERROR   | x")) == Stamp(written)


@pytest.mark.parametrize("line", ["", "Traceback", "16:32 x", "2026-13-45T99:99:99Z x", "127.0.0.1 - -"])
def test_what_is_no_time_is_none(line: str) -> None:
    stamp = stamp_of(STAMP.match(line))
    assert stamp is None or stamp.at is None


def test_a_line_of_a_traceback_has_the_time_of_the_last_line_before_it_that_has_one() -> None:
    sign = only(["16:00:00.000 | ERROR | a", LOCKED, "16:05:00.000 | ERROR | b", f"    {LOCKED}"])
    assert (sign.count, sign.first, sign.last) == (2, Stamp("16:00:00.000"), Stamp("16:05:00.000"))


def test_the_worker_and_the_pool_that_a_log_names_are_known() -> None:
    sign = only(recorded("worker-file-500-388"))
    assert (sign.workers, sign.pools) == ({"ann"}, {"mill"})


def test_colours_of_a_terminal_do_not_hide_a_line() -> None:
    assert only([f"\x1b[31m16:00:00.000\x1b[0m | {LOCKED}"]).first == Stamp("16:00:00.000")


def test_a_log_of_any_length_is_read_line_by_line() -> None:
    def endless() -> Iterator[str]:
        for _ in range(20_000):
            yield f"16:00:00.000 | {LOCKED}\n"

    (sign,) = signs_in(endless(), "a.log")
    assert (sign.count, len(sign.example) < 301) == (20_000, True)


@pytest.mark.parametrize(
    "line",
    [
        f"postgresql+asyncpg://prefect:hunter2@db/prefect {LOCKED}",
        f"connect to https://ann:hunter2@proxy.example.com {LOCKED}",
        f"Authorization: Basic hunter2AAAA= {LOCKED}",
        f"PREFECT_API_AUTH_STRING='admin:hunter2' {LOCKED}",
        f"PREFECT_API_KEY=pnu_hunter2 {LOCKED}",
        f'{{"password": "hunter2 and more"}} {LOCKED}',
        f"host=db user=prefect password=hunter2 {LOCKED}",
    ],
)
def test_a_secret_in_a_line_is_not_shown(line: str) -> None:
    example = only([line]).example
    assert "hunter2" not in example
    assert "database is locked" in example


def test_an_example_is_one_visible_line() -> None:
    assert example_of("a\u202eb\x07" + "c" * 999)[:14] == "a\\u202eb\\x07cc"
