"""A day in which nothing is wrong, on a real server whose clock is moved: nobody is paged, and nothing is critical."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.commands.command_line import settings
from tests.healthy_day.moved_clock import compiler, moved_clock

STEP_MINUTES, QUIET_MINUTES = 10, 60

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What 24 hours of patrols came to."""
    compiles = compiler()
    if not compiles:
        pytest.skip("no C compiler is here to build the clock that is moved")
    home = tmp_path_factory.mktemp("day")
    clock = moved_clock(tmp_path_factory.mktemp("clock"), compiles)
    command = [sys.executable, "-m", "tests.healthy_day", home, str(STEP_MINUTES), str(QUIET_MINUTES)]
    root = Path(__file__).parents[2]
    environment = {**settings(), **clock.environment, "PREFECT_HOME": str(home), "PYTHONPATH": str(root)}
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_nothing_in_a_healthy_day_is_critical(day: dict[str, Any]) -> None:
    assert {code: told for code, told in day["findings"].items() if "critical" in told} == {}


def test_nobody_is_paged_in_a_healthy_day(day: dict[str, Any]) -> None:
    assert day["pages"] == []


def test_the_phone_that_was_silent_rings_once_a_pool_has_no_workers(day: dict[str, Any]) -> None:
    assert [page for page in day["pages_when_ill"] if page.startswith("CRITICAL") and "'etl'" in page] != []


def test_the_day_was_looked_at_and_worked_through(day: dict[str, Any]) -> None:
    assert (day["patrols"] > 60, day["completed_runs"] > 300, day["missing"]) == (True, True, [])


def test_what_was_done_on_purpose_is_told_as_what_it_is(day: dict[str, Any]) -> None:
    assert {"pool-paused", "queue-paused", "deployment-paused"} <= set(day["findings"])
