"""What is written when: at once what was told, later what flickers, seldom what stays; and never very much."""

from lifeguard.report.artifact import FINDINGS, OVERVIEW, POOLS
from lifeguard.report.due import PAGES_AT_ONCE, REFRESHED_IN_AN_HOUR, Draft, Written, due, mark
from tests.builders import NOW, ahead

DAY_MINUTES = 1440


def drafts(told: str = "t", seen: str = "s", pages: int = 0) -> list[Draft]:
    return [
        *(Draft(f"page-{number}", told, seen, f"pool {number}") for number in range(pages)),
        Draft(POOLS, "", seen),
        Draft(FINDINGS, told, seen),
        Draft(OVERVIEW, told, seen),
    ]


def keys(chosen: list[Draft]) -> list[str]:
    return [draft.key for draft in chosen]


def written(all_drafts: list[Draft], minutes_ago: float) -> dict[str, Written]:
    return {draft.key: Written(draft.told, draft.seen, ahead(-60 * minutes_ago)) for draft in all_drafts}


def versions_of_a_day(per_minute: list[list[Draft]]) -> int:
    """How many versions patrols write that come each minute and have these drafts in turn."""
    known: dict[str, Written] = {}
    count = 0
    for minute in range(DAY_MINUTES):
        now = ahead(60 * minute)
        for draft in due(per_minute[minute % len(per_minute)], known, now):
            known[draft.key] = Written.from_text(Written(draft.told, draft.seen, now, "id").as_text())
            count += 1
    return count


def test_what_was_never_written_is_written_at_once_and_the_overview_last() -> None:
    assert keys(due(drafts(pages=1), {}, NOW)) == ["page-0", POOLS, FINDINGS, OVERVIEW]


def test_what_has_not_changed_is_not_written_again() -> None:
    assert due(drafts(), written(drafts(), 50), NOW) == []


def test_an_incident_is_shown_at_once_however_new_the_last_version_is() -> None:
    assert keys(due(drafts(told="other"), written(drafts(), 0), NOW)) == [FINDINGS, OVERVIEW]


def test_a_verdict_that_changed_waits_until_the_last_version_is_ten_minutes_old() -> None:
    assert due(drafts(seen="other"), written(drafts(), 9), NOW) == []
    assert keys(due(drafts(seen="other"), written(drafts(), 10), NOW)) == [POOLS, FINDINGS, OVERVIEW]


def test_whatever_is_written_the_overview_follows_since_it_leads_there() -> None:
    known = written(drafts(), 30) | {POOLS: Written("", "old", ahead(-1800))}
    assert keys(due(drafts(), known, NOW)) == [POOLS, OVERVIEW]


def test_after_an_hour_the_overview_is_new_again_and_few_others_with_it() -> None:
    assert len(due(drafts(pages=30), written(drafts(pages=30), 61), NOW)) == REFRESHED_IN_AN_HOUR


def test_an_outage_of_everything_is_written_a_few_pages_at_a_time() -> None:
    chosen = keys(due(drafts(pages=50), {}, NOW))
    assert len(chosen) == PAGES_AT_ONCE + 3


def test_a_day_in_which_nothing_changes_stays_below_a_hundred_versions() -> None:
    assert versions_of_a_day([drafts(pages=20)]) < 100


def test_a_verdict_that_flickers_all_day_is_not_written_each_minute() -> None:
    flickering = [drafts(seen="healthy"), drafts(seen="degraded")]
    assert versions_of_a_day(flickering) <= 3 * DAY_MINUTES / 10


def test_a_clock_that_was_set_back_writes_once_more_and_goes_on() -> None:
    ahead_of_us = written(drafts(), -600)
    assert keys(due(drafts(), ahead_of_us, NOW))[-1] == OVERVIEW


def test_marks_differ_where_what_they_are_made_of_does() -> None:
    assert len({mark("a", "b"), mark("ab"), mark("a", "b", ""), mark(["a", "b"])}) == 4
