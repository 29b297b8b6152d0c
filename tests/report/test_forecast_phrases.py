"""What a forecast sounds like: short sentences, each of them true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lifeguard.backlog import Flow
from lifeguard.forecast import Bound, Forecast, Holding, Outlook, Standing
from lifeguard.report.forecast_phrases import outlook_sentences, rate
from lifeguard.spans import Span
from tests.builders import NOW, ago, ahead

FLOW = Flow(Span(ago(1800), NOW), 12.0, 20.0, 8.0)
SHRINKS = Forecast(
    Standing("etl", NOW, 748),
    Outlook.SHRINKS,
    600,
    FLOW,
    ahead(3740),
    Holding(Bound.POOL_LIMIT, "etl", 10),
    28,
)


def said(forecast: Forecast = SHRINKS, **deviations: Any) -> list[str]:
    return outlook_sentences(replace(forecast, **deviations), NOW)


def test_a_backlog_that_shrinks_has_an_end_and_a_way_to_an_earlier_one() -> None:
    assert said() == [
        "748 runs are overdue; 20 a minute start and 8 a minute arrive: gone by about 13:02 UTC.",
        "All 10 slots of the pool are taken: 28 more, and workers for them, would start all that is overdue now "
        "within 10 min.",
    ]


def test_an_end_that_is_far_away_is_told_in_days() -> None:
    assert said(gone_at=NOW + timedelta(days=2, hours=3, minutes=20), more=None) == [
        "748 runs are overdue; 20 a minute start and 8 a minute arrive: gone in about 2 d 3 h.",
        "All 10 slots of the pool are taken.",
    ]


def test_where_no_limit_is_known_it_is_the_workers() -> None:
    assert said(holding=Holding(Bound.WORKERS, "etl", 4), more=8)[1] == (
        "No full limit is known: 8 more workers like the 4 that are there would start all that is overdue now within 10 min."
    )


@pytest.mark.parametrize(
    ("bound", "size", "words"),
    [
        (Bound.QUEUE_LIMIT, 5, "The limit of 5 of queue 'it's | `x`' is full and holds back its part of them."),
        (Bound.DEPLOYMENT_LIMIT, None, "The limit of deployment 'it's | `x`' is full and holds back its part of them."),
    ],
)
def test_a_limit_of_a_part_is_named(bound: Bound, size: int | None, words: str) -> None:
    assert said(holding=Holding(bound, "it's | `x`", size), more=None)[1] == words


def test_a_backlog_that_grows_says_so() -> None:
    flow = Flow(FLOW.window, -3.0, 0.5, 3.5)
    assert said(outlook=Outlook.GROWS, flow=flow, gone_at=None, holding=None) == [
        "748 runs are overdue; 30 an hour start and 3.5 a minute arrive: there will be more."
    ]


def test_a_backlog_that_stays_says_so() -> None:
    assert said(outlook=Outlook.STAYS, flow=Flow(FLOW.window, 0.0, 8.0, 8.0), holding=None) == [
        "748 runs are overdue; 8 a minute start and 8 a minute arrive: it will stay about so."
    ]


def test_a_backlog_that_stands_still_names_since_when() -> None:
    one = Standing("etl", NOW, 1)
    told = said(outlook=Outlook.STANDS_STILL, flow=Flow(FLOW.window, 0.0, 0.0, 0.0), standing=one)
    assert told == ["1 run is overdue, and none has begun since 11:30 UTC."]


def test_where_starts_are_not_counted_yet_only_the_change_is_told() -> None:
    assert said(flow=Flow(FLOW.window, 12.0), holding=None)[0] == (
        "748 runs are overdue; 12 a minute fewer: gone by about 13:02 UTC."
    )


@pytest.mark.parametrize(
    ("outlook", "words"),
    [
        (Outlook.CLEAR, []),
        (Outlook.UNSEEN, ["How many runs are overdue could not be seen."]),
        (
            Outlook.TOO_EARLY,
            ["748 runs are overdue; how fast they start can be told once that was watched for some minutes."],
        ),
        (
            Outlook.UNWATCHED,
            ["No patrol has looked since 2026-11-22 12:00 UTC, so what will become of the backlog is not known."],
        ),
    ],
)
def test_what_nobody_can_tell_is_not_told(outlook: Outlook, words: list[str]) -> None:
    assert said(Forecast(SHRINKS.standing, outlook, 600)) == words


def test_a_rate_is_told_by_the_minute_or_by_the_hour() -> None:
    told = [rate(each) for each in (20.4, 9.96, 1.0, 0.5, 0.001, 0.0)]
    assert told == ["20 a minute", "10 a minute", "1 a minute", "30 an hour", "hardly any", "none"]
