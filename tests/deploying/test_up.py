"""`lifeguard up` while the server is away at the start, is killed in the middle of a patrol, and comes back."""

import re
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deploying.served import Up, served
from tests.deploying.server_rows import Row, Rows
from tests.estate import Estate, wait_until
from tests.page.restarted_server import RestartedServer
from tests.prefect_server import free_port

pytestmark = pytest.mark.timeout(300)
PATIENCE_SECONDS = 100.0
INCIDENT = "lifeguard.incident.opened"


@pytest.fixture
def server(tmp_path: Path) -> Generator[RestartedServer, None, None]:
    """One that does not run yet."""
    (tmp_path / "server").mkdir()
    server = RestartedServer(tmp_path / "server", {}, free_port())
    yield server
    if server.processes:
        server.kill()


def test_patrols_go_on_after_the_server_was_away_and_nothing_is_told_twice(
    server: RestartedServer, tmp_path: Path
) -> None:
    with served(tmp_path, server.api_url, every_seconds=10) as up:
        wait_until(lambda: up.says("does not answer"), "it says that the server is away", 60)
        server.start()
        with Estate(server.api_url) as estate:
            estate.pool("nobody")
            estate.overdue_runs(estate.deployment("work", "nobody"), 3)
        wait_until(
            lambda: bool(completed(server)) and bool(told(server)), f"a patrol has told: {up.lines}", PATIENCE_SECONDS
        )
        kill_in_the_middle_of_a_patrol(server)
        wait_until(lambda: len(away(up)) == 2, "it says so once more", 60)
        server.start()
        back_at = datetime.now(UTC)
        wait_until(lambda: up.says("the server answers again"), "it says that the server is back", 60)
        wait_until(
            lambda: any(begun_at(row) > back_at for row in completed(server)),
            f"a patrol that began after that completes: {up.lines}",
            PATIENCE_SECONDS,
        )
        wait_until(lambda: not unfinished(server), f"no patrol is under way: {up.lines}", 60)
        opened = told(server)
        status = up.stop()
    assert len({each["id"] for each in opened}) == len(opened)
    assert len([each for each in opened if "pool-no-workers" in str(each["resource"])]) == 1
    assert status == 0
    assert len(away(up)) == 2
    assert up.says("serving patrol/patrol")
    assert not [line for line in up.lines if not re.match(r"\d\d:\d\d:\d\d \S", line)], up.lines
    assert not unfinished(server)


def kill_in_the_middle_of_a_patrol(server: RestartedServer) -> None:
    wait_until(lambda: any(row["state_type"] == "RUNNING" for row in patrols(server)), "a patrol runs", 60)
    server.kill()


def away(up: Up) -> list[str]:
    return [line for line in up.lines if "does not answer" in line]


def patrols(server: RestartedServer) -> list[Row]:
    asking = Rows(server.api_url)
    try:
        deployment = asking.deployments().get("patrol")
        return asking.runs(deployment["id"]) if deployment else []
    finally:
        asking.close()


def completed(server: RestartedServer) -> list[Row]:
    return [row for row in patrols(server) if row["state_type"] == "COMPLETED"]


def begun_at(patrol: Row) -> datetime:
    return datetime.fromisoformat(patrol["start_time"])


def unfinished(server: RestartedServer) -> list[Row]:
    return [row for row in patrols(server) if row["state_type"] in ("PENDING", "RUNNING", "CANCELLING")]


def told(server: RestartedServer) -> list[Row]:
    asking = Rows(server.api_url)
    try:
        return asking.events(INCIDENT)
    finally:
        asking.close()
