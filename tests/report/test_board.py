"""What has changed for a reader, and which pools have a page of their own."""

from collections.abc import Sequence

from lifeguard.report.artifact import FINDINGS, OVERVIEW, POOLS, pool_key
from lifeguard.report.board import PAGES_KEPT, Board, drafts_of
from lifeguard.report.due import Draft
from tests import builders as b
from tests.report.boards import board, opened

THREE = {OVERVIEW, POOLS, FINDINGS}


def drafts(told: Board, written: Sequence[str] = ()) -> dict[str, Draft]:
    return {draft.key: draft for draft in drafts_of(told, written)}


def with_overdue(number: int) -> Board:
    """The same incident while so many runs wait."""
    waiting = [b.run(f"run-{index}", overdue=400 + index) for index in range(number)]
    seen = b.snapshot(workers=[b.worker(silent=600)], waiting=waiting)
    return board(*map(opened, b.judged(seen)), seen=seen)


def test_numbers_that_flicker_change_nothing() -> None:
    assert drafts(with_overdue(3)) == drafts(with_overdue(4))


def test_a_pool_that_is_healthy_in_one_minute_and_idle_in_the_next_changes_nothing() -> None:
    assert drafts(board()) == drafts(board(seen=b.snapshot(workers=[])))


def test_an_incident_changes_what_was_told_and_a_pause_what_was_seen() -> None:
    calm, troubled = drafts(board()), drafts(board(opened(b.finding())))
    paused = drafts(board(seen=b.snapshot(pools=[b.pool(is_paused=True)])))
    assert calm[OVERVIEW].told != troubled[OVERVIEW].told
    assert calm[OVERVIEW].told == paused[OVERVIEW].told and calm[OVERVIEW].seen != paused[OVERVIEW].seen


def test_without_a_history_only_what_is_critical_is_shown_at_once() -> None:
    calm = drafts(board(recorded=False))[OVERVIEW]
    warned = drafts(board(findings=[b.finding(severity="warning")], recorded=False))[OVERVIEW]
    assert calm.told == warned.told
    assert calm.told != drafts(board(findings=[b.finding()], recorded=False))[OVERVIEW].told


def test_only_pools_with_an_incident_have_a_page() -> None:
    seen = b.snapshot(pools=[b.pool("etl"), b.pool("fine")])
    assert set(drafts(board(opened(b.finding()), seen=seen))) == {*THREE, pool_key("etl")}


def test_a_page_tells_of_the_end_and_is_the_last_one_then() -> None:
    over = drafts(board(), [pool_key("etl")])[pool_key("etl")]
    assert not over.lasting
    assert pool_key("etl") not in drafts(board(), [])


def test_of_two_thousand_pools_with_incidents_the_worst_have_pages() -> None:
    names = [f"pool-{number}" for number in range(2000)]
    seen = b.snapshot(pools=[b.pool(name) for name in names])
    worst = [opened(b.finding(pool=name, runs=9 if name == "pool-1999" else 1)) for name in names]
    pages = drafts(board(*worst, seen=seen))
    assert len(pages) == PAGES_KEPT + 3 and next(iter(pages)) == pool_key("pool-1999")
