"""What becomes of runs when `lifeguard up` is ended and their processes do not end by themselves."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

import anyio
import pytest

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.serving import serve
from lifeguard.serving.claims import Run
from lifeguard.serving.processes import Child, Children
from lifeguard.serving.serve import Serving
from tests.estate import PATIENT, Estate
from tests.prefect_server import free_port
from tests.proxy import Proxy, anything, delayed

NO_SETTINGS: Mapping[str, str] = {}
SLEEPING = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "LET_END_SECONDS", 0.1)
    monkeypatch.setattr(serve, "TELL_THE_END_SECONDS", 60)


def test_a_run_that_is_under_way_is_cancelled(estate: Estate, tmp_path: Path) -> None:
    run = _running_run(estate)
    assert said_at_the_end(estate.api_url, run, tmp_path)[-1] == (
        "cuckoo: Cancelled, `lifeguard up` was stopped while it ran."
    )
    assert estate.state_of(run)["name"] == "Cancelled"


def test_a_run_that_has_ended_stays_as_it_is_though_its_process_lingers(estate: Estate, tmp_path: Path) -> None:
    run = _running_run(estate)
    estate.complete(run)
    assert said_at_the_end(estate.api_url, run, tmp_path)[-1] == "cuckoo: Completed"
    assert estate.state_of(run)["name"] == "Completed"


def test_a_server_that_is_away_is_said_with_the_number_of_runs(estate: Estate, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    last = said_at_the_end(nowhere, _running_run(estate), tmp_path)[-1]
    assert last.startswith("the server could not be told how 1 run ended (")


def test_a_server_that_does_not_answer_in_time_is_said_too(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "TELL_THE_END_SECONDS", 0.5)
    run = _running_run(estate)
    with Proxy(estate.api_url) as proxy:
        proxy.fail(anything, delayed(600))
        last = said_at_the_end(proxy.api_url, run, tmp_path)[-1]
    assert last == "the server could not be told how 1 run ended (no answer within 0.5 s)"


def _running_run(estate: Estate) -> str:
    return estate.running_run(estate.deployment("patrol"), name="cuckoo")


def said_at_the_end(api_url: str, run: str, folder: Path) -> list[str]:
    """What is said when serving is ended at once, with a process that does not end by itself."""
    lines: list[str] = []

    async def end_it() -> None:
        with Children() as children, anyio.CancelScope() as scope:
            children.alive.append(_lingering(run, folder))
            scope.cancel()
            await serve.serve(
                Serving((), folder, lambda: Api(Connection(api_url), PATIENT), lines.append, NO_SETTINGS, children)
            )

    anyio.run(end_it)
    return lines


def _lingering(run: str, folder: Path) -> Child:
    log = folder / "its.log"
    log.touch()
    begun = Run(run, "cuckoo", "", "RUNNING", "Running", "", datetime.now(UTC))
    return Child(begun, log, Popen(SLEEPING, start_new_session=True))
