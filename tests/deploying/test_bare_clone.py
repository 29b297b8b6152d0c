"""Runs of a git clone with nothing of ours installed: by a process worker, and as push pools and Kubernetes start them."""

import os
import signal
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploying.checkout import bare_repository, copied_to, deploy, environment, python_without_ours
from tests.deploying.server_rows import Rows
from tests.estate import Estate, wait_until
from tests.prefect_server import PrefectServer
from tests.remembering import PATIENT

pytestmark = pytest.mark.timeout(300)
PATIENCE_SECONDS = 100.0
ENDS_WITHIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that has Prefect and our dependencies, and an empty folder to work in."""

    python: Path
    folder: Path
    api_url: str

    def start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """A `prefect` command in an empty folder of its own."""
        folder = self.folder / name
        folder.mkdir()
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [self.python, "-m", "prefect", *arguments],
                env=environment(self.api_url, self.folder / "home", PREFECT_WORKER_QUERY_SECONDS="1", **PATIENT),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, name: str) -> str:
        """What a command wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")


@pytest.fixture
def rows(server: PrefectServer, tmp_path: Path) -> Generator[Rows, None, None]:
    """Deployed from a bare repository, with schedules that are quiet."""
    address = bare_repository(copied_to(tmp_path / "checkout"), tmp_path / "lifeguard.git")
    with Estate(server.api_url) as estate:
        estate.raze()
        estate.pool("own")
        said = {"LIFEGUARD_WORK_POOL": "own", "LIFEGUARD_REPOSITORY": address, "LIFEGUARD_BRANCH": "main"}
        deploy(tmp_path / "checkout", server.api_url, tmp_path / "deployer", said)
        asking = Rows(server.api_url)
        asking.stop_schedules()
        yield asking
        asking.close()
        estate.raze()


def test_a_worker_and_an_executed_run_need_nothing_but_the_clone(
    server: PrefectServer, rows: Rows, tmp_path: Path
) -> None:
    machine = Machine(python_without_ours(tmp_path / "python"), tmp_path, server.api_url)
    is_ours_hidden = subprocess.run([machine.python, "-c", "import lifeguard"], cwd=tmp_path / "python", check=False)
    assert is_ours_hidden.returncode == 1
    patrols, prune = rows.deployments()["patrol"]["id"], rows.run_now(rows.deployments()["prune_history"]["id"])
    rows.run_now(patrols)
    rows.take(prune)
    executing = machine.start("executed", "flow-run", "execute", prune)
    worker = machine.start("worked", "worker", "start", "--pool", "own", "--type", "process")
    try:
        wait_until(lambda: completed(rows, patrols) and over(rows, prune), "both runs are over", PATIENCE_SECONDS)
        executing.wait(ENDS_WITHIN_SECONDS)
    finally:
        for process in (worker, executing):
            end(process)
    assert rows.run(prune)["state_type"] == "COMPLETED", machine.said("executed")
    assert executing.returncode == 0


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, as a supervisor does, and end its whole group where it takes its time over a run."""
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def completed(rows: Rows, deployment: str) -> bool:
    """Whether a patrol has completed: ours, or one that was scheduled a moment before and had ours cancelled."""
    return any(row["state_type"] == "COMPLETED" for row in rows.runs(deployment))


def over(rows: Rows, run_id: str) -> bool:
    """Whether a run has ended, well or badly."""
    return rows.run(run_id)["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
