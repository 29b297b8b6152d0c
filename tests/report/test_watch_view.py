"""The living picture: what changed, what is old, and that it never is larger than the terminal."""

from dataclasses import replace
from io import StringIO
from itertools import product

import pytest
from rich.console import Console

from lifeguard.findings import PoolReading, Verdict
from lifeguard.judgement import Judgement
from lifeguard.report.watch_view import Picture
from tests import builders as b
from tests.metrics.standings import HOSTILE, reading
from tests.report.test_history_formats import FORBIDDEN

SIZES = list(product((40, 72, 90, 140), (10, 16, 30)))


def look(*pools: PoolReading, troubled: tuple[str, ...] = (), **deviations: object) -> Judgement:
    """A look that saw these pools, and found that these names have no workers."""
    found = [b.finding(pool=name) for name in troubled]
    return replace(b.judgement(findings=found), pools=pools or (reading(),), **deviations)


def shown(
    now: Judgement | None,
    before: Judgement | None = None,
    failure: str | None = None,
    size: tuple[int, int] = (140, 40),
) -> str:
    """What stands on a terminal of this size."""
    console = Console(file=StringIO(), width=size[0], height=size[1], highlight=False)
    console.print(Picture(now, before, failure, 12.0, 3.0, 15.0), height=size[1])
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def row(text: str, pool: str) -> str:
    return next(line for line in text.splitlines() if f" {pool} " in line)


def test_the_first_picture_marks_nothing_as_changed() -> None:
    text = shown(look(troubled=("etl",)))
    assert "CRITICAL  pool-no-workers  Work pool 'etl' has pool-no-workers" in text
    assert not {"▲", "▼", "◆", "NEW"} & {*text.partition("next look")[0], *text.split()} - {"▲▼◆"}


def test_what_rose_and_what_fell_is_marked_at_its_number() -> None:
    line = row(shown(look(reading(overdue=4, workers_online=1)), look(reading(overdue=1))), "etl")
    assert "1 of 3 ▼" in line and " 4 ▲ " in line


def test_another_verdict_and_a_new_pool_are_marked() -> None:
    text = shown(look(reading(verdict=Verdict.DOWN), reading("ml")), look(reading()))
    assert row(text, "etl").startswith("down ◆") and "ml ◆" in text


def test_how_long_the_oldest_waits_always_changes_and_is_never_marked() -> None:
    older = reading(overdue=1, oldest_overdue_seconds=75.0)
    assert not {"▲", "▼", "◆"} & set(row(shown(look(older), look(replace(older, oldest_overdue_seconds=60.0))), "etl"))


def test_a_new_finding_is_called_new_and_stands_above_the_others() -> None:
    text = shown(look(troubled=("old", "fresh")), look(troubled=("old",)))
    assert "CRITICAL  NEW pool-no-workers  Work pool 'fresh'" in text
    assert text.index("'fresh'") < text.index("'old'")


def test_what_is_over_is_told_once_and_a_partial_look_ends_nothing() -> None:
    before, blind = look(troubled=("etl",)), b.snapshot(missing=[b.unseen("work pools")])
    assert "gone      pool-no-workers: Work pool 'etl'" in shown(look(), before)
    text = shown(look(snapshot=blind), before)
    assert "gone " not in text and "NOT SEEN  work pools: HTTP 500" in text


def test_after_a_look_that_failed_the_picture_is_called_old() -> None:
    text = shown(look(), failure="the server is away")
    assert "The last look failed: the server is away" in text and "OLD: this is what was seen 12 s ago." in text
    assert row(text, "etl").startswith("healthy")


def test_before_anything_was_seen_that_is_said() -> None:
    assert "Nothing was seen yet." in shown(None, failure="the server is away")


@pytest.mark.parametrize("size", SIZES)
def test_it_fits_every_terminal_and_keeps_its_last_lines(size: tuple[int, int]) -> None:
    names = [f"pool-{number}" for number in range(300)]
    pools = [
        reading(name, verdict=Verdict.DOWN if number % 9 == 0 else Verdict.IDLE) for number, name in enumerate(names)
    ]
    lines = shown(look(*pools, troubled=tuple(names[:50])), failure="x" * 300, size=size).splitlines()
    assert len(lines) <= size[1] and max(map(len, lines)) <= size[0]
    assert lines[-1].startswith("seen 12 s ago") and "50 critical." in lines[-2]
    assert any(line.startswith("down ") for line in lines) and any(" more: " in line for line in lines)


@pytest.mark.parametrize("size", [(60, 12), (140, 30)])
def test_no_name_is_obeyed(size: tuple[int, int]) -> None:
    text = shown(look(reading(HOSTILE), troubled=(HOSTILE,)), look(), size=size)
    assert [character for character in FORBIDDEN if character in text] == []
    assert len(text.splitlines()) <= size[1]
