"""What is to start, as a table and as JSON: true, short, and harmless whatever a pool is named."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import orjson
import pytest
from rich.console import Console

from lifeguard.escaping import command
from lifeguard.filling import Filling, Gate
from lifeguard.report.unstaffed_phrases import next_command, nobody_works
from lifeguard.report.upcoming_json import as_json
from lifeguard.report.upcoming_phrases import caveats, fillings, verdict, workers
from lifeguard.report.upcoming_terminal import POOLS_SHOWN, show
from lifeguard.staffing import Falling, Step
from lifeguard.unstaffed import Outlook, Unstaffed
from lifeguard.upcoming import Ability, Hour, Jam, PoolPlan, Upcoming
from tests.builders import API_URL, NOW, ahead

HOSTILE = "p|`q` 'r' \"s\" {t} [bold]u[/] 😀\n\u202e"
HOUR = timedelta(hours=1)
BUSY = PoolPlan(
    "etl",
    (Hour(NOW, 3), Hour(NOW + HOUR, 300, 20), Hour(NOW + 2 * HOUR, 0, 4, is_at_least=True)),
    overdue=2,
    ability=Ability(limit=10, holds_minutes=4.0, fastest=2.0),
    jam=Jam(NOW + HOUR, NOW + 3 * HOUR + timedelta(minutes=8)),
)
QUIET = PoolPlan("quiet", (Hour(NOW), Hour(NOW + HOUR), Hour(NOW + 2 * HOUR)), 0, Ability(), None)


def upcoming(*plans: PoolPlan, **deviations: Any) -> Upcoming:
    return replace(Upcoming(API_URL, NOW, ahead(3 * 3600), plans or (BUSY, QUIET)), **deviations)


def shown(told: Upcoming, width: int = 100) -> str:
    out = StringIO()
    show(told, Console(file=out, width=width, no_color=True))
    return out.getvalue()


def test_the_table_shows_hours_and_who_will_be_behind() -> None:
    assert [line.rstrip() for line in shown(upcoming()).splitlines()] == [
        "http://127.0.0.1:4200/api: 2026-11-22 12:00 to 2026-11-22 15:00 UTC",
        "",
        "Work pool Limit Overdue 12h 13h 14h",
        "etl          10       2   3 320  4+",
        "",
        "etl  13:00: 320 runs, and 2 overdue now; the pool's limit is 10, and a run holds a slot for about 4 min: it will "
        "be behind until about 15:08 UTC.",
        "",
        "Nothing comes to 1 work pool.",
        "Prefect has made 303 of these 327 runs; it makes the others later, from the schedules that are active now.",
        "A number with + may be higher: not every run of that hour can be told yet.",
        "2 runs were to start before now: `lifeguard check` says why.",
    ]


def test_limits_that_will_be_full_are_told_with_who_waits_and_until_when() -> None:
    short, long = timedelta(minutes=30), timedelta(minutes=80)
    full = (
        Filling(Gate("work pool", "etl", 10, 3, 4.0), NOW + HOUR, NOW + 2 * HOUR, 214, long),
        Filling(Gate("work queue", HOSTILE, 2, 2, 4.0), NOW, NOW + HOUR, 1, short),
        Filling(Gate("deployment", "nightly", 1, 0, 20.0, cancels=True), NOW + HOUR, NOW + HOUR, cancelled=3),
    )
    assert fillings(replace(BUSY, fillings=full), NOW) == [
        "All 10 slots of the pool are taken from about 13:00 UTC: at most 214 runs wait, the longest for about 1 h 20 min, "
        "until about 14:00 UTC.",
        f"All 2 slots of work queue '{HOSTILE}' (about 4 min a run, as in the whole pool) are taken now: 1 run waits, the "
        "longest for about 30 min, until about 13:00 UTC.",
        "The only slot of deployment 'nightly' (about 20 min a run) is taken from about 13:00 UTC: 3 runs will find none, and "
        "be cancelled (CANCEL_NEW).",
    ]


def test_workers_that_become_fewer_are_told_with_what_is_usual() -> None:
    steps = (Step(NOW - HOUR, 6), Step(NOW - HOUR / 2, 4), Step(NOW - HOUR / 6, 2))
    plan = replace(BUSY, falling=Falling("etl", steps, usual=6, days=7, none_left_at=NOW + HOUR / 6))
    sentence = (
        "Its workers become fewer: 6 until 11:30 UTC, 4 until 11:50 UTC and 2 since then, where at this time there were at "
        "least 6 on the 7 days before that are known; if that goes on, none is left by about 12:10 UTC."
    )
    assert workers(plan, NOW) == [sentence]
    assert f"etl  {sentence}" in shown(upcoming(plan))
    assert orjson.loads(as_json(upcoming(plan)))["pools"][0]["workers_fall"]["none_left_at"] == "2026-11-22T12:10:00Z"


NEXT = ahead(41 * 60)
WEEK_AGO = NOW - timedelta(days=7)
MINUTE = timedelta(minutes=1)
IN_TIME = Unstaffed(
    "etl",
    NEXT,
    Outlook.IN_TIME,
    WEEK_AGO,
    empty_since=NOW - HOUR,
    arrivals=14,
    typical=timedelta(seconds=20),
    longest=timedelta(seconds=34.6),
    longest_absence=20 * HOUR,
)
SLOW = replace(IN_TIME, outlook=Outlook.SLOW, longest=11.2 * MINUTE, typical=1.5 * MINUTE)


@pytest.mark.parametrize(
    ("pool", "past"),
    [
        (
            IN_TIME,
            "; in the last 7 days a worker was there 35 s after work was due at the latest (14 times, half of them "
            "within 20 s): nothing to do",
        ),
        (
            SLOW,
            "; in the last 7 days it took up to 12 min from when work was due until a worker was there (14 times, half of "
            "them within 2 min)",
        ),
        (
            replace(IN_TIME, outlook=Outlook.LONGER, longest_absence=3 * MINUTE, known_since=NOW - 30 * HOUR),
            "; in the last day a worker was back within 3 min each time that is known",
        ),
        (
            replace(IN_TIME, outlook=Outlook.NOBODY, known_since=NOW - 80 * HOUR),
            "; no worker is known to have come there in the last 3 days",
        ),
        (replace(IN_TIME, outlook=Outlook.UNKNOWN), ""),
    ],
)
def test_a_pool_on_which_nobody_works_is_told_with_what_its_past_says(pool: Unstaffed, past: str) -> None:
    assert nobody_works(pool, NOW) == (
        f"Nobody has worked on it since 11:00 UTC; its next run is due 12:41 UTC, in 41 min{past}."
    )


def test_a_command_is_told_only_where_somebody_has_to_act() -> None:
    hostile = replace(SLOW, pool=HOSTILE)
    nobody = [IN_TIME, replace(IN_TIME, outlook=Outlook.UNKNOWN), SLOW]
    assert [next_command(each) is None for each in nobody] == [True, True, False]
    out = shown(upcoming(replace(BUSY, pool=HOSTILE, unstaffed=hostile)))
    assert command("Next: prefect worker start", pool=HOSTILE) + " --with-healthcheck" in out


def test_a_pool_that_needs_nobody_is_told_in_json_only() -> None:
    told = upcoming(replace(QUIET, hours=(Hour(NOW, 1),), unstaffed=IN_TIME))
    assert "Nobody" not in shown(told)
    nobody = orjson.loads(as_json(told))["pools"][0]["nobody_works"]
    assert (nobody["outlook"], nobody["longest_wait_seconds"], nobody["arrivals"]) == ("in time", 34.6, 14)
    assert nobody["verdict"].endswith("nothing to do.")


def test_what_is_not_known_of_workers_is_said() -> None:
    (one,), (two,) = (caveats(upcoming(QUIET, in_doubt=pools)) for pools in (("etl",), ("etl", "ml")))
    assert one == "Whether anybody works on 'etl' is not known now: `lifeguard check` looks."
    assert two == "Whether anybody works on 2 work pools is not known now: `lifeguard check` looks."


def test_no_name_is_obeyed() -> None:
    out = shown(upcoming(replace(BUSY, pool=HOSTILE)))
    assert "p|`q` 'r' \"s\" {t} [bold]u[/] 😀\\n\\u202e  13:00: 320 runs" in out


def test_many_pools_are_told_in_part_and_counted() -> None:
    out = shown(upcoming(*(replace(BUSY, pool=f"pool {number:03}") for number in range(300))))
    assert f"and {300 - POOLS_SHOWN} more work pools: --format json lists them all." in out
    assert len(out.splitlines()) < 70


def test_a_long_time_is_told_in_columns_of_some_hours() -> None:
    hours = tuple(Hour(NOW + number * HOUR, 1) for number in range(49))
    lines = shown(upcoming(replace(BUSY, hours=hours))).splitlines()
    assert lines[3].split()[3:] == ["4"] * 12 + ["1"]


def test_a_pool_that_starts_nothing_says_why() -> None:
    jam = Jam(NOW, None)
    assert verdict(replace(BUSY, ability=Ability(is_paused=True), jam=jam), NOW) == (
        "The pool is paused: none of its runs will start."
    )
    assert verdict(replace(BUSY, ability=Ability(limit=0), jam=jam), NOW) == (
        "The pool has a limit of 0: none of its runs will start."
    )


def test_without_a_limit_it_is_told_what_was_seen() -> None:
    assert verdict(replace(BUSY, ability=Ability(fastest=2.0), jam=Jam(NOW + HOUR, None), overdue=0), NOW) == (
        "13:00: 320 runs; at most 2 a minute have begun there in the last day: if it cannot do more, it will be behind "
        "for days."
    )


def test_where_nothing_is_known_that_is_said() -> None:
    assert verdict(replace(BUSY, ability=Ability(), jam=None), NOW) == (
        "Whether 'etl' can carry this is not known: no run is known to have begun there in the last day."
    )
    assert verdict(QUIET, NOW) == ""


def test_what_is_missing_is_said() -> None:
    told = caveats(upcoming(QUIET, elsewhere=1, read_until=ahead(600), unread="it is away."))
    assert told == [
        "There are too many runs to read them all: after 2026-11-22 12:10 UTC only what follows from schedules is counted. "
        "Ask for fewer hours (--hours) or one pool (--pool).",
        "Left out, as no work pool has them: 1 run of served deployments.",
        "How fast pools start runs is not known: it is away.",
    ]


def test_json_holds_every_hour() -> None:
    document = orjson.loads(as_json(upcoming(replace(BUSY, pool=HOSTILE), QUIET)))
    busy, quiet = document["pools"]
    assert (document["schema"], busy["name"], quiet["behind"], quiet["verdict"]) == (1, HOSTILE, None, None)
    assert busy["hours"][2] == {"hour": "2026-11-22T14:00:00Z", "made": 0, "planned": 4, "at_least": True}
    assert busy["behind"] == {"from": "2026-11-22T13:00:00Z", "until": "2026-11-22T15:08:00Z"}
