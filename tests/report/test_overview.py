"""The overview answers in five seconds whether anything is wrong, where, since when and what next; and never too much."""

from dataclasses import replace

import pytest

from lifeguard.findings import Resource, Severity
from lifeguard.report.artifact import DIGEST, POOLS, pool_key
from lifeguard.report.overview import overview
from lifeguard.staffing import Falling, Step
from lifeguard.unstaffed import Outlook, Unstaffed
from tests import builders as b
from tests.report.boards import EVIL, HOSTILE, board, opened
from tests.report.ui_markdown import headings, links, rows, text_of

LARGEST_BYTES = 200_000


def text(*args: object, **deviations: object) -> str:
    return str(overview(board(*args, **deviations)).data)  # type: ignore[arg-type]


def many(number: int, severity: str = "critical") -> list[str]:
    return [f"pool-{index:04}" for index in range(number)]


def test_where_nothing_is_wrong_it_says_so_first() -> None:
    assert headings(text())[0] == "🟢 Nothing is wrong"


def test_the_worst_incident_is_told_with_its_place_its_time_and_the_next_command() -> None:
    told = text(opened(b.finding("queue-paused", "b", "warning", due=60)), opened(b.finding(due=720)))
    assert headings(told)[0] == "🔴 1 critical, 1 warning"
    assert text_of(told).splitlines()[1:5] == [
        "What: Work pool 'etl' has pool-no-workers",
        "Where: etl",
        "Since: 2026-11-22 11:48 UTC (12 min 2 s)",
        "Next: prefect work-pool inspect etl",
    ]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_workers_that_become_fewer_are_told_before_anything_is_late(name: str) -> None:
    steps = (Step(b.ago(5400), 6), Step(b.ago(3600), 4), Step(b.ago(600), 2))
    falls = Falling(name, steps, usual=6, days=7, none_left_at=b.ahead(600))
    told = str(overview(replace(board(), falling=(falls,) * 9)).data)
    assert headings(told)[:2] == ["🟢 Nothing is wrong", "Before it is late"]
    assert "6 until 11:00 UTC, 4 until 11:50 UTC and 2 since then" in text_of(told)
    assert told.count("become fewer") == 8 and "and 1 more" in told
    assert all(EVIL not in link for link in links(told))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_pool_to_which_nobody_came_is_told_before_its_next_run_is_late(name: str) -> None:
    gone = Unstaffed(name, b.ahead(3600), Outlook.NOBODY, b.ago(7 * 86_400), empty_since=b.ago(3600))
    told = str(overview(replace(board(), unstaffed=(gone,) * 9)).data)
    assert headings(told)[:2] == ["🟢 Nothing is wrong", "Before it is late"]
    assert "Nobody has worked on it since 11:00 UTC; its next run is due 13:00 UTC, in 59 min; no worker is" in text_of(
        told
    )
    assert told.count("prefect worker start") == 8 and "and 1 more" in told
    assert all(EVIL not in link for link in links(told))


def test_incidents_come_in_the_order_of_harm() -> None:
    few, lots = b.finding("pool-no-workers", "few"), b.finding("pool-no-workers", "lots", runs=9)
    told = text(opened(b.finding("queue-paused", "soft", "warning", runs=99)), opened(few), opened(lots))
    assert headings(told)[2:5] == ["🔴 pool-no-workers: lots", "🔴 pool-no-workers: few", "🟠 queue-paused: soft"]


def test_a_partial_look_is_said_to_be_one_at_the_top_and_is_never_green() -> None:
    told = text(seen=b.snapshot(missing=[b.unseen("workers", "etl")]), findings=[])
    assert headings(told)[0] == "⚪ Not everything was seen; nothing is known to be wrong"
    assert "This look was only partial" in text_of(told).splitlines()[1]
    assert "workers of work pool 'etl': HTTP 500" in text_of(told)


def test_a_partial_look_with_an_incident_says_both() -> None:
    told = text(opened(b.finding()), seen=b.snapshot(missing=[b.unseen("work queues")]))
    assert headings(told)[0] == "🔴 1 critical, and not everything was seen"


def test_without_a_history_it_tells_what_was_found_and_that_the_history_is_missing() -> None:
    told = text(findings=[b.finding(due=720)], recorded=False)
    assert headings(told)[0] == "🔴 1 critical"
    assert "The history could not be used" in told and "2026-11-22 11:48 UTC" in told


def test_what_another_incident_explains_is_only_counted() -> None:
    told = text(opened(b.finding()), opened(b.finding("queue-not-polled", "other", caused_by="x:y:z")))
    assert "1 more that another explains" in told and "queue-not-polled" not in told


def test_what_the_look_no_longer_saw_does_not_count_as_wrong() -> None:
    told = text(opened(b.finding(), gone=120), findings=[])
    assert headings(told)[:2] == ["🟢 Nothing is wrong any more", "Not seen any more, over if they stay away"]


def test_what_was_just_found_is_told_before_it_is_an_incident() -> None:
    told = text(findings=[b.finding("queue-paused", severity="warning")])
    assert headings(told)[:2] == ["🟠 Nothing is told yet, 1 just seen", "Just seen, and an incident if it lasts"]


def test_it_leads_to_the_versions_of_other_artifacts_that_are_known() -> None:
    known = replace(board(opened(b.finding())), ids={POOLS: "1", pool_key("etl"): "2"})
    led = links(str(overview(known).data))
    assert {"../../artifacts/artifact/1", "../../artifacts/artifact/2"} <= set(led)
    assert not any(DIGEST in address for address in led)


def test_a_small_estate_shows_every_pool_with_its_numbers() -> None:
    told = text(seen=b.snapshot(pools=[b.pool("b", limit=2, active_slots=1), b.pool("a")]))
    assert rows(told) == [
        ["Verdict", "Work pool", "Workers", "Overdue", "Oldest", "Slots", ""],
        ["🟢 healthy", "a", "1 of 1", "0", "", "", ""],
        ["🟢 healthy", "b", "1 of 1", "0", "", "1 of 2", ""],
    ]


def test_a_large_estate_shows_the_bad_ones_and_counts_the_rest() -> None:
    pools = [b.pool(name) for name in many(300)]
    told = text(seen=b.snapshot(pools=[*pools, b.pool("stopped", is_paused=True)]))
    assert [row[1] for row in rows(told)[1:]] == ["stopped"]
    assert "300 more are not shown here" in told


def test_two_thousand_pools_that_are_all_down_stay_readable() -> None:
    pools = [b.pool(name) for name in many(2000)]
    told = text(*(opened(b.finding(pool=pool.name)) for pool in pools), seen=b.snapshot(pools=pools, workers=[]))
    assert headings(told)[0] == "🔴 2000 critical"
    assert "And 1952 more" in told and len(told.encode()) < LARGEST_BYTES


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_no_name_becomes_a_link_or_an_image(name: str) -> None:
    told = text(opened(b.finding(pool=name)), seen=b.snapshot(pools=[b.pool(name)]))
    assert links(told) and all(address.startswith("../../") for address in links(told))
    assert EVIL not in str(links(told))


def test_an_incident_of_a_queue_leads_to_the_queue_and_to_its_pool() -> None:
    queue = replace(
        b.finding("queue-paused"), resource=Resource("work-queue", "q", "high"), evidence={"work_pool": "etl"}
    )
    led = links(text(opened(queue)))
    assert "../../work-pools/work-pool/etl/queue/high" in led and "../../work-pools/work-pool/etl" in led


def test_a_list_of_artifacts_shows_the_answer_too() -> None:
    assert overview(board(opened(b.finding()))).description == "🔴 1 critical; the worst: pool-no-workers, etl"


def test_information_is_no_incident_to_be_told_of() -> None:
    told = text(opened(replace(b.finding(severity="info"), severity=Severity.INFO)))
    assert headings(told)[0] == "🟢 Nothing is wrong"
