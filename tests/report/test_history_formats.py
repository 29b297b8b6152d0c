"""Looking back in every format, with names that try to be something else."""

import csv
from dataclasses import replace
from io import StringIO
from typing import Any

import orjson
import pytest
from rich.console import Console

from lifeguard.escaping import visible
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.fixes import Fix, StepDone, StepFate
from lifeguard.history import History, Life, PoolHistory, Seconds, minutes_lost
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.pages import Fate, Page
from lifeguard.report import history_json, history_terminal, incident_json, incident_terminal
from lifeguard.report.history_csv import COLUMNS, as_csv
from lifeguard.spans import Span
from lifeguard.what_changed import SeenChange, WhatChanged
from tests import builders as b

DAY = 86400.0
HOSTILE_NAMES = {
    "quotes": "'single' \"double\", and a comma",
    "a pipe": "a | b",
    "braces": "{{ 7*7 }} {x}",
    "rich's markup": "[bold red]x[/] [/nothing]",
    "an emoji": "😀 👩\u200d🚒",
    "right to left": "\u202egpj.exe \u200f",
    "lines": "one\ntwo\r\nthree\ttab",
    "a terminal's escape": "\x1b[31mred\x1b]0;title\x07",
    "200 characters": "x" * 200,
    "a formula": "=HYPERLINK(1)",
}
FORBIDDEN = ("\u202e", "\u200f", "\x1b", "\x07", "\r", "\t")
INCIDENT_KEYS = [
    *("id", "fingerprint", "code", "severity", "resource", "work_pool", "title", "began_at", "opened_at"),
    *(
        "last_seen_at",
        "ended_at",
        "resolved_at",
        "seconds_to_notice",
        "seconds_to_resolve",
        "affected_runs",
        "caused_by",
    ),
]

every_name = pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())


def incident(id: int = 1, name: str = b.ETL, *, ended: bool = True, found: Finding | None = None) -> Incident:
    """One that began an hour before NOW, was told after a minute, and ended after half an hour unless it did not."""
    seen = found or replace(b.finding(pool=name, runs=2), evidence={"worker": name, "overdue_runs": 2})
    return Incident(
        finding=seen,
        first_seen_at=b.ago(3570),
        last_seen_at=b.ago(1860 if ended else 60),
        severity=seen.severity,
        affected_runs=7,
        due_since=b.ago(3600),
        opened_at=b.ago(3540),
        gone_since=b.ago(1800) if ended else None,
        resolved_at=b.ago(1500) if ended else None,
        id=id,
    )


def history(*incidents: Incident, pools: tuple[PoolHistory, ...] | None = None) -> History:
    """Three days with these incidents, on a pool that was up for half of them."""
    lost = minutes_lost(incidents, Span(b.ago(3 * DAY), b.NOW))
    seen = {name: PoolHistory(name, Seconds(3 * DAY, 3600, 1800), codes) for name, codes in lost.items() if name}
    return History(b.API_URL, b.ago(3 * DAY), b.NOW, incidents, tuple(seen.values()) if pools is None else pools)


def life(name: str = b.ETL, *, ended: bool = True) -> Life:
    """It opened as a warning with one run and got worse half a minute later."""
    now = incident(12, name, ended=ended)
    before = replace(now.finding, title=f"Work pool '{name}' was worse for one run", evidence={"overdue_runs": 1})
    opened = replace(now, finding=before, severity=Severity.WARNING, affected_runs=1)
    told = [Change(ChangeKind.OPENED, b.ago(3540), opened), Change(ChangeKind.ESCALATED, b.ago(3510), now)]
    return Life(b.API_URL, now, (*told, *([Change(ChangeKind.RESOLVED, b.ago(1500), now)] if ended else [])))


def printed(shown: History | Life, width: int = 100) -> str:
    """What a terminal without colours gets."""
    screen = StringIO()
    console = Console(file=screen, width=width, highlight=False)
    if isinstance(shown, History):
        history_terminal.show(shown, console)
    else:
        incident_terminal.show(shown, b.NOW, console)
    return screen.getvalue()


def rows(shown: History) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(as_csv(shown))))


@every_name
def test_a_table_shows_every_name_and_obeys_none(name: str) -> None:
    for shown in (history(incident(name=name), incident(2, name, ended=False)), life(name)):
        text = printed(shown, width=400)
        assert not [character for character in FORBIDDEN if character in text]
        assert visible(name) in text


@every_name
def test_json_gives_every_name_back_as_it_is(name: str) -> None:
    document = orjson.loads(history_json.as_json(history(incident(name=name))))
    alone = orjson.loads(incident_json.as_json(life(name)))
    named = [document["incidents"][0]["resource"]["name"], document["pools"][0]["name"]]
    assert [*named, alone["incident"]["resource"]["name"], alone["changes"][1]["evidence"]["worker"]] == [name] * 4


@every_name
def test_csv_is_one_line_per_incident_and_is_read_back_as_it_was_written(name: str) -> None:
    shown = history(incident(name=name), incident(2, name, ended=False))
    expected = f"'{name}" if name.startswith("=") else visible(name)
    assert [row["resource_name"] for row in rows(shown)] == [expected] * 2
    assert len(as_csv(shown).splitlines()) == 3
    assert not [character for character in FORBIDDEN if character in as_csv(shown)]


def test_csv_says_all_that_is_known_of_an_incident() -> None:
    (row,) = rows(history(incident()))
    assert list(row) == list(COLUMNS)
    assert row == {
        "id": "1",
        "fingerprint": "pool-no-workers:work-pool:pool-etl",
        "code": "pool-no-workers",
        "severity": "critical",
        "work_pool": "etl",
        "resource_kind": "work-pool",
        "resource_id": "pool-etl",
        "resource_name": "etl",
        "title": "Work pool 'etl' has pool-no-workers",
        "began_at": "2026-11-22T11:00:00Z",
        "opened_at": "2026-11-22T11:01:00Z",
        "last_seen_at": "2026-11-22T11:29:00Z",
        "ended_at": "2026-11-22T11:30:00Z",
        "resolved_at": "2026-11-22T11:35:00Z",
        "seconds_to_notice": "60.0",
        "seconds_to_resolve": "1740.0",
        "affected_runs": "7",
        "caused_by": "",
    }


def test_the_json_of_the_history_has_the_keys_of_the_contract() -> None:
    document: dict[str, Any] = orjson.loads(history_json.as_json(history(incident())))
    assert list(document) == ["schema", "server", "since", "until", "incidents", "pools"]
    assert (document["schema"], document["since"], document["until"]) == (
        1,
        "2026-11-19T12:00:00Z",
        "2026-11-22T12:00:00Z",
    )
    assert list(document["incidents"][0]) == INCIDENT_KEYS
    assert document["pools"] == [
        {
            "name": "etl",
            "uptime": 0.5,
            "minutes_lost": {"pool-no-workers": 30.0},
            "watched_seconds": 259200.0,
            "demand_seconds": 3600.0,
            "up_seconds": 1800.0,
        }
    ]


def test_the_json_of_an_incident_is_that_of_the_history_and_more() -> None:
    alone: dict[str, Any] = orjson.loads(incident_json.as_json(life()))
    assert list(alone) == ["schema", "server", "incident", "changes", "pages", "fixes"]
    assert list(alone["incident"]) == [
        *INCIDENT_KEYS,
        *("due_since", "first_seen_at", "escalated_at", "gone_since", "evidence", "remedy", "what_changed"),
    ]
    assert [(each["kind"], each["severity"], each["affected_runs"]) for each in alone["changes"]] == [
        ("opened", "warning", 1),
        ("escalated", "critical", 7),
        ("resolved", "critical", 7),
    ]


def with_change(name: str = b.ETL) -> Life:
    """The life with what was done to its pool four minutes before it opened."""
    told = life(name)
    lowered = SeenChange(b.ago(3780), f"the limit of work pool '{name}' went from 10 to 1")
    return replace(told, incident=replace(told.incident, what_changed=WhatChanged((lowered,), 2)))


def test_what_changed_before_stands_above_the_times() -> None:
    assert (
        "What changed in the hour before it opened\n"
        "  the limit of work pool 'etl' went from 10 to 1 at 10:57 UTC, 4 min before\n"
        "  and 2 more before\n"
        "\n"
        "2026-11-22 11:00:00  work first waited\n"
    ) in printed(with_change())


@every_name
def test_what_changed_obeys_no_name(name: str) -> None:
    text = printed(with_change(name), width=400)
    assert not [character for character in FORBIDDEN if character in text]
    assert f"work pool '{visible(name)}' went from 10 to 1" in text


def test_the_json_of_an_incident_tells_what_changed_and_null_where_nobody_asked() -> None:
    assert orjson.loads(incident_json.as_json(life()))["incident"]["what_changed"] is None
    assert orjson.loads(incident_json.as_json(with_change()))["incident"]["what_changed"] == {
        "changes": [{"at": "2026-11-22T10:57:00Z", "says": "the limit of work pool 'etl' went from 10 to 1"}],
        "older": 2,
        "is_cut_off": False,
        "unseen": None,
    }


def paged(*pages: tuple[str, Fate, int, str]) -> Life:
    """The life with pages about its opening: to whom, what became of each, at which attempt, and why."""
    told = life()
    opened = told.changes[0]
    made = [
        Page(opened, pager, opened.at, fate, attempts, "an-event", b.ago(3500), reason)
        for pager, fate, attempts, reason in pages
    ]
    return replace(told, pages=tuple(made))


def test_an_incident_says_whom_it_was_told_and_whether_it_arrived() -> None:
    lines = printed(
        paged(
            ("oncall", Fate.DELIVERED, 1, ""),
            ("chat", Fate.DELIVERED, 3, "Notification failed"),
            ("mail", Fate.SILENT, 2, "its rule fired, and the server does not say that it was sent"),
            ("gone", Fate.DROPPED, 0, "its pager is gone"),
        ),
        width=200,
    ).splitlines()
    assert [line.partition("page to ")[2] for line in lines if "page to " in line] == [
        "oncall (opened) sent",
        "chat (opened) sent at attempt 3",
        "mail (opened) not known to have arrived after attempt 2: its rule fired, and the server does not say that it "
        "was sent",
        "gone (opened) given up: its pager is gone",
    ]


def test_the_json_of_an_incident_tells_its_pages() -> None:
    (page,) = orjson.loads(incident_json.as_json(paged(("oncall", Fate.DELIVERED, 1, ""))))["pages"]
    assert page == {
        "pager": "oncall",
        "kind": "opened",
        "fate": "delivered",
        "attempts": 1,
        "due_at": "2026-11-22T11:01:00Z",
        "posted_at": "2026-11-22T11:01:40Z",
        "reason": "",
    }


def test_what_is_open_and_harmful_comes_first() -> None:
    mild = b.finding("pool-paused", "web", "warning")
    text = printed(history(incident(1, found=mild), incident(2, ended=False, found=mild), incident(3)))
    order = ["Open", " 2  warning", "Resolved", " 3  critical", " 1  warning", "1 open, 2 resolved."]
    assert sorted(order, key=text.index) == order


def test_what_is_no_harm_of_its_own_is_only_counted() -> None:
    noted = b.finding("worker-lost", severity="info")
    explained = b.finding("queue-not-polled", caused_by="pool-no-workers:work-pool:pool-etl")
    text = printed(history(incident(1, found=noted), incident(2, found=explained)))
    assert "worker-lost" not in text and "queue-not-polled" not in text
    assert "No incident.\n1 explained by another and 1 of severity info: --format json or csv lists them too." in text


@pytest.mark.parametrize("width", [80, 160])
def test_a_table_fits_its_terminal(width: int) -> None:
    named = "gpu-training-cluster-eu-west-1"
    text = printed(history(incident(name=named), incident(2, named, ended=False)), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert ("2026-11-22 11:00       1 min" in text) == (width == 160)


def test_without_incidents_it_still_says_how_much_was_watched() -> None:
    text = printed(history(pools=(PoolHistory("etl", Seconds(DAY, 0, 0)),)))
    assert "Watched for 1 d of 3 d: at other times no patrol ran, or it could not see." in text
    assert "etl        no demand          0 s" in text and "No incident." in text


def test_uptime_is_rounded_down_so_that_100_is_told_of_nothing_less() -> None:
    nearly = printed(history(pools=(PoolHistory("etl", Seconds(3 * DAY, 3 * DAY, 3 * DAY - 1)),)))
    assert "99.99 %" in nearly and "Watched" not in nearly


def test_a_large_estate_shows_only_the_pools_that_were_not_always_up() -> None:
    fine = [PoolHistory(f"pool-{number}", Seconds(3 * DAY, DAY, DAY)) for number in range(99)]
    text = printed(history(pools=(*fine, PoolHistory("dead", Seconds(3 * DAY, DAY, 0)))))
    assert "dead          0 %" in text and "pool-7" not in text and "and 99 more" in text


def test_a_life_is_told_by_time_with_the_words_and_the_proof_of_each_moment() -> None:
    assert printed(life()) == (
        "CRITICAL  pool-no-workers  incident 12, resolved\n"
        "  Work pool 'etl' has pool-no-workers\n"
        "  lasted 30 min; told 1 min after work first waited; gone 29 min after it was told; runs at once: up to 7\n"
        "  on http://127.0.0.1:4200/api; all times are UTC\n"
        "\n"
        "2026-11-22 11:00:00  work first waited\n"
        "2026-11-22 11:00:30  first seen\n"
        "2026-11-22 11:01:00  opened as warning\n"
        "                     Work pool 'etl' was worse for one run\n"
        "                     overdue_runs: 1\n"
        "2026-11-22 11:01:30  escalated to critical\n"
        "                     Work pool 'etl' has pool-no-workers\n"
        "                     worker: etl | overdue_runs: 2\n"
        "2026-11-22 11:29:00  last seen\n"
        "2026-11-22 11:30:00  gone\n"
        "2026-11-22 11:35:00  resolved\n"
    )


def test_one_that_is_open_ends_with_what_to_do_next() -> None:
    text = printed(life(ended=False))
    assert "incident 12, open\n" in text and "  lasts 1 h; told 1 min after" in text
    assert text.endswith("11:59:00  last seen\n\n  next  prefect work-pool inspect etl\n")


def test_an_incident_of_a_queue_is_told_with_its_pool_and_one_of_the_server_with_its_kind() -> None:
    queue = replace(
        b.finding("queue-paused"), resource=Resource("work-queue", "q", "high"), evidence={"work_pool": "etl"}
    )
    server = replace(b.finding("server-not-ready"), resource=Resource("server", "s", "prefect"), evidence={})
    text = printed(history(incident(1, found=queue), incident(2, found=server)))
    assert "etl: work-queue high" in text and "server prefect" in text


def test_what_was_done_about_an_incident_stands_among_its_moments_and_in_json() -> None:
    step = StepDone("work pool 'etl': is_paused from true to false", StepFate.DONE)
    found = life(ended=False)
    fix = Fix(found.incident.fingerprint, "pool-paused", found.incident.finding.resource, b.ago(60), (step,), True, 12)
    mended = replace(found, fixes=(fix,))
    assert f"fixed: {step.what}; held" in printed(mended)
    told = orjson.loads(incident_json.as_json(mended))["fixes"]
    assert [(each["held"], each["steps"][0]["fate"]) for each in told] == [(True, "done")]
