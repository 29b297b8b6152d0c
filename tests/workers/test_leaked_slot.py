"""A run that waits behind a leaked slot, with a real worker: it is named, freed, and the run starts."""

from collections.abc import Generator
from typing import Any

import pytest

from lifeguard.demo.processes import Processes
from lifeguard.demo.server import FAST
from tests.commands.command_line import lifeguard
from tests.estate import Estate, wait_until
from tests.prefect_server import prefect_server
from tests.workers.crew import PATIENCE_SECONDS, Crew

QUICK_RETRIES = {"PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "1"}
"""How soon the server lets a run try again that got no slot; 30 by default (3.9.1)."""


@pytest.fixture
def crew() -> Generator[Crew, None, None]:
    with (
        prefect_server({**FAST, **QUICK_RETRIES}) as server,
        Processes() as processes,
        Estate(server.api_url) as estate,
    ):
        crew = Crew(estate, processes)
        try:
            yield crew
        finally:
            crew.close()


def leak(crew: Crew) -> tuple[str, str]:
    """A deployment of one slot that is taken by nobody, and a run that a real worker was refused."""
    deployment = crew.deployment(crew.estate.pool("mill"))
    crew.estate.limit_deployment(deployment, 1)
    crew.estate.change_limit(f"deployment:{deployment}", active_slots=1)
    run = crew.estate.overdue_run(deployment, 1, parameters={"seconds": 0})
    crew.start("mill", "ann")
    wait_until(lambda: crew.run(run)["state_name"] == "AwaitingConcurrencySlot", "it is sent back", PATIENCE_SECONDS)
    return deployment, run


def test_why_names_the_leak_and_the_command_that_frees_it_and_then_the_run_starts(crew: Crew, tmp_path: Any) -> None:
    deployment, run = leak(crew)
    api_url, history = crew.estate.api_url, f"sqlite:///{tmp_path / 'history.db'}"
    told = lifeguard("why", run, "--format", "json", api_url=api_url)
    command = f"lifeguard fix deployment-limit-leaked:deployment:{deployment}"
    assert next(point["code"] for point in told.json["points"] if point["holds"]) == "deployment-limit-leaked"
    assert told.json["next"] == [f"prefect gcl update --active-slots 0 deployment:{deployment}", command]
    assert crew.run(run)["start_time"] is None
    fixed = lifeguard(*command.split()[1:], "--yes", api_url=api_url, LIFEGUARD_DATABASE_URL=history)
    assert (fixed.status, fixed.err) == (0, "")
    assert fixed.out.endswith("Held: it is no longer so.\n")
    wait_until(lambda: crew.run(run)["state_type"] == "COMPLETED", "the run has started and ended", PATIENCE_SECONDS)
