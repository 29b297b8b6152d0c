"""`lifeguard why`: lines of a run's logs, and of log files beside them, are shown with what they mean."""

from dataclasses import replace

import orjson
from rich.console import Console

from lifeguard.case import Case, LogLine
from lifeguard.policy import Policy
from lifeguard.report.why_json import as_json
from lifeguard.report.why_markdown import as_markdown
from lifeguard.report.why_terminal import show
from lifeguard.signatures.scan import signs_in
from lifeguard.why.explanation import Explanation, explain
from tests import builders as b
from tests.signatures.recorded import recorded

ABORTED = "Aborted submission of flow run 'i': Server returned a non-pending state 'SCHEDULED'"
MEANT = "The server sent the run back to wait: its deployment's concurrency limit was full."


def explanation() -> Explanation:
    run = b.run(overdue=400)
    line = LogLine(b.ago(60), 20, "prefect.flow_runs.worker", ABORTED)
    explained = explain(Case(run, b.snapshot(waiting=[run]), logs=(line,)), Policy())
    return replace(explained, signs=signs_in(recorded("worker-500-391"), "worker.log"))


def at_a_terminal() -> str:
    console = Console(width=400, highlight=False)
    with console.capture() as captured:
        show(explanation(), console)
    return captured.get()


def test_a_line_of_its_logs_is_shown_with_its_meaning() -> None:
    assert f"{ABORTED}  [deployment-limit-waiting: {MEANT}]" in at_a_terminal()
    assert orjson.loads(as_json(explanation()))["logs"][0]["meaning"] == MEANT


def test_what_a_log_file_says_stands_beside_it_with_what_to_do_in_its_pool() -> None:
    shown = at_a_terminal()
    assert "A worker that was about to submit a run got HTTP 500" in shown
    assert "prefect worker start --pool etl --with-healthcheck" in shown.partition("What to do about it")[2]


def test_markdown_and_json_have_it_too() -> None:
    assert "## What the log files say" in as_markdown(explanation())
    assert orjson.loads(as_json(explanation()))["signs"][0]["code"] == "worker-crash-http-500"
