"""Patrols and their parts as they are deployed: from a checkout, on a pool whose process workers share one history."""

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.deploying.checkout import copied_to, deploy, environment
from tests.deploying.server_rows import Row, Rows
from tests.estate import wait_until
from tests.prefect_server import PrefectServer, beside_this_python
from tests.remembering import TELL_AT_ONCE

POOL = "own"
PATIENCE_SECONDS = 150.0
OVER = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class Deployed:
    """What is deployed, and the history that all its runs have."""

    rows: Rows
    history: str

    def patrol(self, **parameters: Any) -> str:
        """A patrol that is due at once."""
        return self.rows.run_now(self.rows.deployments()["patrol"]["id"], **parameters)

    def parts(self) -> list[Row]:
        """The runs of all parts so far."""
        return self.rows.runs(self.rows.deployments()["look_at_part"]["id"])

    def ended(self, run: str) -> Row:
        """A run, once it is over."""
        wait_until(lambda: self.rows.run(run)["state_type"] in OVER, "the patrol is over", PATIENCE_SECONDS)
        return self.rows.run(run)

    def kill_one_part(self, but: set[str]) -> Row:
        """End the process of a part with SIGKILL as soon as it has one; which run it was, none of these."""
        with_process: list[Row] = []

        def has_process() -> bool:
            with_process[:] = [row for row in self.parts() if row["infrastructure_pid"] and row["id"] not in but]
            return bool(with_process)

        wait_until(has_process, "a part has a process", PATIENCE_SECONDS)
        psutil.Process(int(with_process[0]["infrastructure_pid"].rpartition(":")[2])).kill()
        return with_process[0]


@contextmanager
def deployed(server: PrefectServer, folder: Path, policy: Mapping[str, str]) -> Generator[Deployed, None, None]:
    """On the pool `own`, which is to be there, with a worker; schedules make no runs."""
    checkout = copied_to(folder / "checkout", {"pull: *code_from_git": f"pull: [{_from_here(folder / 'checkout')}]"})
    deploy(checkout, server.api_url, folder / "deployer", {"LIFEGUARD_WORK_POOL": POOL})
    rows, history = Rows(server.api_url), f"sqlite:///{folder / 'history.db'}"
    rows.stop_schedules()
    own = {"LIFEGUARD_DATABASE_URL": history, "PREFECT_WORKER_QUERY_SECONDS": "1", **TELL_AT_ONCE, **policy}
    with (folder / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [beside_this_python(), "worker", "start", "--pool", POOL, "--type", "process"],
            env=environment(server.api_url, folder / "home", **own),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Deployed(rows, history)
    finally:
        os.killpg(worker.pid, 9)
        worker.wait()
        rows.close()


def _from_here(checkout: Path) -> str:
    return f'{{prefect.deployments.steps.set_working_directory: {{directory: "{checkout}"}}}}'
