"""The arithmetic of looking back: what counts as up, what as watched, what as lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.findings import Finding, Severity, Verdict
from lifeguard.history import (
    CauseTotal,
    History,
    Reading,
    Seconds,
    lasted_seconds,
    minutes_lost,
    seconds_to_notice,
    seconds_to_resolve,
    tally,
    totals,
    watched,
)
from lifeguard.incidents import Incident
from lifeguard.spans import Span
from tests.builders import NOW, ahead, finding

HOUR = Span(NOW, ahead(3600))
EVERY_MINUTE = tuple(ahead(60 * minute) for minute in range(-5, 70))


def reading(
    at: float = 0, *, workers: int | None = 1, demand: bool | None = True, verdict: Verdict = Verdict.HEALTHY
) -> Reading:
    """A staffed pool with demand, from so many seconds after NOW on."""
    return Reading(ahead(at), verdict, demand, workers)


def in_the_hour(
    *readings: Reading,
    patrols: Sequence[datetime] = EVERY_MINUTE,
    needs_workers: bool = True,
    gone_at: datetime | None = None,
) -> Seconds:
    """What the readings come to from NOW to an hour later."""
    return tally(readings, patrols, needs_workers, gone_at, *HOUR)


def incident(
    *,
    found: Finding | None = None,
    began: float = 0,
    opened: float | None = 60,
    ended: float | None = 600,
    due: bool = True,
) -> Incident:
    """One for which work waited from `began` on, that was told at `opened` and was gone at `ended`, after NOW."""
    seen = found or finding()
    return Incident(
        finding=seen,
        first_seen_at=ahead(began),
        last_seen_at=ahead(began),
        severity=seen.severity,
        due_since=ahead(began) if due else None,
        opened_at=None if opened is None else ahead(opened),
        gone_since=None if ended is None else ahead(ended),
        resolved_at=None if ended is None else ahead(ended + 300),
    )


def lost(*incidents: Incident) -> dict[str | None, dict[str, float]]:
    return minutes_lost(incidents, HOUR)


def test_a_pool_is_up_while_one_worker_lives_and_work_is_due() -> None:
    assert in_the_hour(reading(), reading(1800, workers=0)) == Seconds(3600, 3600, 1800)


def test_time_without_demand_counts_neither_for_nor_against_a_pool() -> None:
    quiet = in_the_hour(reading(workers=0, demand=False), reading(900))
    assert (quiet, quiet.uptime) == (Seconds(3600, 2700, 2700), 1.0)
    assert in_the_hour(reading(demand=False)).uptime is None


@pytest.mark.parametrize(
    "unseen", [reading(900, workers=None), reading(900, demand=None), reading(900, verdict=Verdict.UNKNOWN)]
)
def test_what_could_not_be_seen_was_not_watched(unseen: Reading) -> None:
    assert in_the_hour(reading(), unseen, reading(1800)) == Seconds(2700, 2700, 2700)


def test_a_push_pool_is_up_unless_its_verdict_is_down() -> None:
    push = (reading(workers=None), reading(900, workers=None, verdict=Verdict.DOWN))
    assert in_the_hour(*push, needs_workers=False) == Seconds(3600, 3600, 900)


def test_nothing_is_watched_between_patrols_that_lie_far_apart() -> None:
    patrols = [ahead(at) for at in (0, 300, 601, 661, 3600)]
    assert watched(patrols) == [Span(NOW, ahead(300)), Span(ahead(601), ahead(661))]
    assert in_the_hour(reading(), patrols=patrols) == Seconds(360, 360, 360)


def test_after_the_last_patrol_nothing_is_watched() -> None:
    assert in_the_hour(reading(), patrols=EVERY_MINUTE[:15]) == Seconds(540, 540, 540)
    assert in_the_hour(reading(), patrols=[NOW]) == in_the_hour(reading(), patrols=[]) == Seconds()


def test_a_pool_that_is_gone_is_watched_no_longer() -> None:
    assert in_the_hour(reading(), gone_at=ahead(600)) == Seconds(600, 600, 600)


def test_the_state_at_the_start_is_that_of_the_reading_before() -> None:
    assert in_the_hour(reading(-1800, workers=0), reading(1200)) == Seconds(3600, 3600, 2400)


def test_a_reading_that_was_not_written_again_after_an_hour_holds_no_longer() -> None:
    assert in_the_hour(reading(-3600)) == Seconds(300, 300, 300)


def test_a_wait_is_lost_from_when_work_first_waited_until_it_was_gone() -> None:
    assert lost(incident(began=-600, ended=1200)) == {"etl": {"pool-no-workers": 20.0}}
    assert lost(incident(began=3000, opened=3060, ended=None)) == {"etl": {"pool-no-workers": 10.0}}


def test_two_queues_of_one_pool_at_the_same_time_are_not_counted_twice() -> None:
    waits = incident(ended=600), incident(began=300, opened=360, ended=1200)
    assert lost(*waits, incident(began=1800, opened=1860, ended=2400)) == {"etl": {"pool-no-workers": 30.0}}


@pytest.mark.parametrize(
    "harmless",
    [
        incident(opened=None, ended=None),
        incident(due=False),
        incident(found=finding(severity="info")),
        incident(found=finding(caused_by="server-not-ready:server:prefect")),
        incident(began=-7200, opened=-7000, ended=-3600),
    ],
    ids=["only suspected", "no work waited", "information", "explained by another", "before the window"],
)
def test_only_own_harm_to_due_work_within_the_window_loses_minutes(harmless: Incident) -> None:
    assert lost(harmless) == {}


def test_a_cause_is_told_how_often_it_made_work_wait_and_for_how_long_over_all_pools() -> None:
    etl, web = incident(), incident(found=finding(pool="web"))
    paused = incident(found=finding("pool-paused", severity="warning"), ended=1200)
    noted = incident(found=finding("worker-lost", severity="info"))
    history = History("server", *HOUR, incidents=(noted, etl, web, paused))
    assert totals(history) == [
        CauseTotal("pool-no-workers", 2, 20.0),
        CauseTotal("pool-paused", 1, 20.0),
    ]


def test_times_count_from_when_work_first_waited() -> None:
    told = incident(began=-30, opened=60, ended=600)
    assert (seconds_to_notice(told), seconds_to_resolve(told), lasted_seconds(told, NOW)) == (90, 540, 630)


def test_an_open_incident_is_not_resolved_and_lasts_until_now() -> None:
    still_open = incident(began=-30, opened=60, ended=None)
    assert seconds_to_resolve(still_open) is None
    assert lasted_seconds(still_open, ahead(100)) == 130


def test_where_no_work_waited_there_was_nothing_to_notice_late() -> None:
    assert seconds_to_notice(incident(due=False)) is None


def test_one_that_was_gone_when_it_was_told_took_no_time_to_resolve() -> None:
    assert seconds_to_resolve(replace(incident(opened=700, ended=600))) == 0


def test_severity_info_that_was_worse_before_still_counts() -> None:
    """The newest sight may be milder than what was told."""
    milder = replace(incident(), severity=Severity.WARNING, finding=finding(severity="info"))
    assert lost(milder) == {"etl": {"pool-no-workers": 10.0}}


LENGTH = 9000
seconds_of_window = st.integers(0, LENGTH)
patrol_gaps = st.lists(st.integers(60, 400), min_size=20, max_size=50)
reading_gaps = st.lists(st.integers(30, 900) | st.just(4200), min_size=1, max_size=20)
state = st.tuples(
    st.sampled_from([2, 0, None]),
    st.sampled_from([True, True, False, None]),
    st.sampled_from([Verdict.HEALTHY, Verdict.DEGRADED, Verdict.DOWN, Verdict.UNKNOWN]),
)


@st.composite
def estates(draw: st.DrawFn) -> tuple[list[Reading], list[datetime], bool, datetime | None]:
    """Any readings and patrols of one pool."""
    readings = [
        reading(at, workers=workers, demand=demand, verdict=verdict)
        for at in accumulate(draw(reading_gaps), initial=-2000)
        for workers, demand, verdict in [draw(state)]
    ]
    patrols = [ahead(at) for at in accumulate(draw(patrol_gaps), initial=-600)]
    gone = draw(st.none() | seconds_of_window)
    return readings, patrols, draw(st.booleans()), None if gone is None else ahead(gone)


Estate = tuple[list[Reading], list[datetime], bool, datetime | None]


@given(estates(), st.lists(seconds_of_window, max_size=4))
def test_the_parts_of_a_window_come_to_the_whole(estate: Estate, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), LENGTH]
    parts = [tally(*estate, ahead(start), ahead(end)) for start, end in pairwise(edges)]
    assert sum(parts, Seconds()) == tally(*estate, NOW, ahead(LENGTH))


@given(estates())
def test_up_is_part_of_demand_is_part_of_watched_is_part_of_the_window(estate: Estate) -> None:
    came_to = tally(*estate, NOW, ahead(LENGTH))
    assert 0 <= came_to.up <= came_to.demand <= came_to.watched <= LENGTH


@given(estates(), seconds_of_window)
def test_the_sum_is_that_of_every_single_second(estate: Estate, start: int) -> None:
    end = min(start + 900, LENGTH)
    assert tally(*estate, ahead(start), ahead(end)) == second_by_second(*estate, ahead(start), ahead(end))


def second_by_second(
    readings: list[Reading],
    patrols: list[datetime],
    needs_workers: bool,
    gone_at: datetime | None,
    start: datetime,
    end: datetime,
) -> Seconds:
    """The definitions, word by word."""
    counted = [0, 0, 0]
    for number in range(int((end - start).total_seconds())):
        now = start + timedelta(seconds=number)
        before = max((at for at in patrols if at <= now), default=None)
        after = min((at for at in patrols if at > now), default=None)
        held = max((each for each in readings if each.at <= now), key=lambda each: each.at, default=None)
        if before is None or after is None or held is None or (after - before).total_seconds() > 300:
            continue
        if (now - held.at).total_seconds() >= 3900 or (gone_at and now >= gone_at):
            continue
        if held.has_demand is None or held.verdict == "unknown" or (needs_workers and held.workers_online is None):
            continue
        is_up = (held.workers_online or 0) > 0 if needs_workers else held.verdict != "down"
        counted = [counted[0] + 1, counted[1] + held.has_demand, counted[2] + (held.has_demand and is_up)]
    return Seconds(*counted)
