"""The flow that explains a run: an artifact under the run's key, and a sentence that the flow's own run ends with."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.commands.command_line import settings
from tests.estate import Estate
from tests.patience import ask

ROOT = Path(__file__).parents[2]
EXPLAIN = """
import sys, anyio
from flows.explain_run import explain_run
state = anyio.run(lambda: explain_run(sys.argv[1], return_state=True))
print(state.type.value, state.message)
"""


def ended(estate: Estate, run: str, home: Path) -> str:
    """How the flow ends when it is to explain this run."""
    done = subprocess.run(
        [sys.executable, "-c", EXPLAIN, run],
        cwd=ROOT,
        env={**settings(estate.api_url), "PREFECT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return done.stdout.strip()


def artifact(estate: Estate, run: str) -> dict[str, Any]:
    row: dict[str, Any] = ask(estate.api_url, "GET", f"artifacts/lifeguard-why-{run}/latest")
    return row


def test_the_artifact_of_the_run_says_why(estate: Estate, tmp_path: Path) -> None:
    estate.pool("mill", paused=True)
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    assert ended(estate, run, tmp_path) == "COMPLETED Work pool 'mill' is paused"
    assert artifact(estate, run)["data"].startswith("# Work pool 'mill' is paused\n")
    assert artifact(estate, run)["flow_run_id"]


def test_without_a_run_it_explains_the_one_that_waits_longest(estate: Estate, tmp_path: Path) -> None:
    estate.pool("mill")
    grind = estate.deployment("grind", "mill")
    longest = estate.overdue_run(grind, minutes=90)
    estate.overdue_run(grind)
    ended(estate, "", tmp_path)
    assert "Nobody works on pool 'mill'" in artifact(estate, longest)["data"]


def test_a_run_that_is_not_there_fails_with_a_sentence(estate: Estate, tmp_path: Path) -> None:
    assert ended(estate, "nobody", tmp_path).startswith("FAILED There is no flow run 'nobody' at ")
