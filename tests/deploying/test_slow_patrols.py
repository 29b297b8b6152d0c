"""Patrols that take longer than the time between two of them: one at a time, none left over, and always a fresh result."""

from collections.abc import Generator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.deploying.served import served
from tests.deploying.server_rows import Row, Rows
from tests.estate import Estate, wait_until
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, delayed, ending

pytestmark = pytest.mark.timeout(200)
EVERY_SECONDS = 4
DELAY_SECONDS = 4.5
IN_A_ROW = 10
PATIENCE_SECONDS = 120.0
HOLDING = ("PENDING", "RUNNING", "CANCELLING")
OVER = ("COMPLETED", "CANCELLED", "FAILED", "CRASHED")


@pytest.fixture
def rows(server: PrefectServer) -> Generator[Rows, None, None]:
    with Estate(server.api_url) as estate:
        estate.raze()
        asking = Rows(server.api_url)
        yield asking
        asking.close()
        estate.raze()


def test_ten_in_a_row(server: PrefectServer, rows: Rows, tmp_path: Path) -> None:
    with Proxy(server.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), delayed(DELAY_SECONDS))
        with served(tmp_path, proxy.api_url, EVERY_SECONDS) as up:
            wait_until(lambda: up.says("serving"), f"it serves: {up.lines}", 60)
            most_at_once, due = watched(rows, rows.deployments()["patrol"]["id"])
            assert up.stop() == 0, up.lines
    assert most_at_once == 1
    assert len(due) >= IN_A_ROW
    assert {row["state_type"] for row in due} <= {"COMPLETED", "CANCELLED"}, up.lines
    assert_results_are_fresh([row for row in due if row["state_type"] == "COMPLETED"])


def assert_results_are_fresh(completed: list[Row]) -> None:
    """Each took longer than the time between two, and the newest is never older than two durations."""
    assert min(row["total_run_time"] for row in completed) > EVERY_SECONDS
    ends = sorted(datetime.fromisoformat(row["end_time"]) for row in completed)
    longest = max(datetime.fromisoformat(row["end_time"]) - expected(row) for row in completed)
    assert max(later - sooner for sooner, later in pairwise(ends)) <= 2 * longest


def watched(rows: Rows, patrol: str) -> tuple[int, list[Row]]:
    """How many patrols there were at once, and all that were due while ten in a row were; each of them is over."""
    most, due, give_up_at = 0, list[Row](), monotonic() + PATIENCE_SECONDS
    while len(due) < IN_A_ROW or not all(row["state_type"] in OVER for row in due):
        assert monotonic() < give_up_at, [(row["name"], row["state_name"]) for row in due]
        runs = rows.runs(patrol)
        most = max(most, sum(row["state_type"] in HOLDING for row in runs))
        if len(due) < IN_A_ROW:
            due = [row for row in runs if expected(row) < datetime.now(UTC)]
        ids = {row["id"] for row in due}
        due = [row for row in runs if row["id"] in ids]
        sleep(0.3)
    return most, due


def expected(row: Row) -> datetime:
    """When a run was due."""
    return datetime.fromisoformat(row["expected_start_time"])
