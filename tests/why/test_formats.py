"""An explanation in its three formats, whatever the names are."""

from dataclasses import replace
from io import StringIO

import orjson
from markdown_it import MarkdownIt
from rich.console import Console

from lifeguard.case import Case, Line, LogLine, StateSeen
from lifeguard.policy import Policy
from lifeguard.report.why_json import document, printed
from lifeguard.report.why_markdown import as_markdown
from lifeguard.report.why_terminal import show
from lifeguard.what_changed import SeenChange, WhatChanged
from lifeguard.why.explanation import Explanation, explain
from tests import builders as b
from tests.report.test_formats import every_name


def explanation(name: str) -> Explanation:
    """Of an overdue run in a full pool, where everything has this name."""
    run = b.run(name, name, overdue=400, queue="default")
    seen = b.snapshot(
        pools=[b.pool(name, limit=1, active_slots=1)],
        waiting=[run],
        active=[b.running(f"holder {name}", name)],
        deployments=[b.deployment("nightly", name)],
    )
    states = (StateSeen(b.ago(500), "SCHEDULED", name, name),)
    logs = (LogLine(b.ago(300), 40, "prefect.flow_runs.worker", name),)
    changed = WhatChanged((SeenChange(b.ago(640), f"work pool '{name}' was paused"),))
    return replace(explain(Case(run, seen, states, logs, Line(2, 1, 4)), Policy()), changed=changed)


@every_name
def test_markdown_keeps_its_shape(name: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(explanation(name)))
    shape = [token.type for token in tokens if token.type.endswith("_open")]
    plain = MarkdownIt("commonmark").enable("table").parse(as_markdown(explanation(b.ETL)))
    assert shape == [token.type for token in plain if token.type.endswith("_open")]


@every_name
def test_a_terminal_gets_no_control_character(name: str) -> None:
    output = StringIO()
    show(explanation(name), Console(file=output, width=140))
    assert all(character.isprintable() for character in output.getvalue() if character not in "\n\u200d")


def test_what_changed_before_it_was_due_is_told_with_how_long_before() -> None:
    text = as_markdown(explanation(b.ETL))
    title = "## What changed since an hour before it was due"
    assert f"{title}\n\n- work pool 'etl' was paused at 11:49 UTC, 4 min before it was due\n" in text


def test_json_says_true_false_or_null_of_every_point() -> None:
    told = orjson.loads(printed(document(explanation(b.ETL))))
    points = {point["code"]: point["holds"] for point in told["points"]}
    assert points["pool-limit-saturated"] is True
    assert points["pool-no-workers"] is False
    assert told["held"] is True
    assert told["line"] == {"in_queue": 2, "in_queues_before": 1, "began_lately": 4, "before": 3}


def test_a_line_tells_when_its_turn_comes() -> None:
    (line,) = [point for point in explanation(b.ETL).points if point.code == "head-of-line-congestion"]
    assert line.says == (
        "3 due runs come before it; 1 of them in queues of a higher priority; 4 runs of its pool began in the last 10 min, so "
        "that its turn comes in about 7 min 30 s at this pace"
    )


def test_what_could_not_be_counted_is_no_empty_line() -> None:
    run = b.run(overdue=400)
    points = explain(Case(run, b.snapshot(waiting=[run])), Policy()).points
    assert {point.code: point.holds for point in points}["head-of-line-congestion"] is None
