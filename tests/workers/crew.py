"""Real workers on a real server, each brought into the trouble that its test is about, all at the same time."""

import os
import signal
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifeguard.demo.processes import Process, Processes
from lifeguard.demo.server import FAST
from lifeguard.demo.workers import start_worker
from tests.estate import Estate, Report, wait_until
from tests.patience import patient_client
from tests.prefect_server import prefect_server

PATIENCE_SECONDS = 90.0
QUEUE_MISSING_AFTER_SECONDS = 31
NAP = (
    "from time import sleep\nfrom prefect import flow\n\n@flow\ndef nap(seconds: float) -> None:\n    sleep(seconds)\n"
)
LONG = {"seconds": 3600}
LIVING = {"killed": 0, "stopped": 0, "pinned": 1, "astray": 1, "busy": 1, "pair": 1}
"""How many workers live in each pool when all has happened."""


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run whose worker was killed while it was RUNNING."""

    id: str
    worker: str
    pid: int


class Crew:
    """The workers by name, and the estate that they work on."""

    def __init__(self, estate: Estate, processes: Processes) -> None:
        self.estate = estate
        self.workers: dict[str, Process] = {}
        self._processes = processes
        self._http = patient_client(estate.api_url)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def look(self, pool: str) -> Report:
        """What Lifeguard sees and says of one pool, once its workers that live are seen to; a busy machine keeps them."""
        seen: list[Report] = []

        def are_seen() -> bool:
            seen.append(self.estate.look(pools=(pool,)))
            return seen[-1].pool(pool).workers_online == LIVING[pool]

        wait_until(are_seen, f"{LIVING[pool]} workers of {pool!r} are online", PATIENCE_SECONDS)
        return seen[-1]

    def start(self, pool: str, name: str, *options: str) -> None:
        """Start a worker; it is online some seconds later."""
        self.workers[name] = start_worker(self._processes, self.estate.api_url, pool, name, *options)

    def deployment(self, pool: str, queue: str | None = None) -> str:
        """A deployment whose runs sleep for as long as their parameter says."""
        code = self._processes.folder / "code"
        code.mkdir(exist_ok=True)
        (code / "nap.py").write_text(NAP)
        deployment = self.estate.deployment(f"nap-{pool}", pool, queue, flow="nap")
        self._http.patch(f"deployments/{deployment}", json={"path": str(code), "entrypoint": "nap.py:nap"})
        return deployment

    def run(self, run: str) -> dict[str, Any]:
        """A run as the server has it now."""
        row: dict[str, Any] = self._http.get(f"flow_runs/{run}").json()
        return row

    def wait_until_running(self, run: str) -> None:
        """Wait until a run has begun."""
        wait_until(lambda: self.run(run)["state_type"] == "RUNNING", "the run is RUNNING", PATIENCE_SECONDS)

    def wait_for_status(self, pool: str, worker: str, status: str) -> None:
        """Wait until the server calls a worker so."""

        def is_so() -> bool:
            rows = self._http.post(f"work_pools/{pool}/workers/filter", json={}).json()
            return any(row["name"] == worker and row["status"] == status for row in rows)

        wait_until(is_so, f"{worker!r} is {status}", PATIENCE_SECONDS)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The crew when all has happened. `idle` is what was said of the deserted pools before work was due there."""

    crew: Crew
    idle: dict[str, Report]
    lost: LostRun
    stopped_with: int


@contextmanager
def aftermath() -> Generator[Aftermath, None, None]:
    """A server and seven workers: one killed, one stopped, one pinned, one lost, one full, and two of one pool."""
    with prefect_server(FAST) as server, Processes() as processes, Estate(server.api_url) as estate:
        crew = Crew(estate, processes)
        try:
            yield _bring_about(crew)
        finally:
            crew.close()


def _bring_about(crew: Crew) -> Aftermath:
    pools = ("killed", "stopped", "pinned", "astray", "busy", "pair")
    deployments = {pool: crew.deployment(crew.estate.pool(pool)) for pool in pools}
    crew.estate.queue("pinned", "hot")
    _start_all(crew)
    long_runs = {pool: crew.estate.overdue_run(deployments[pool], 0, parameters=LONG) for pool in ("busy", "pair")}
    stopped_with = _end_two(crew)
    _leave_work(crew, deployments, long_runs["busy"])
    lost = _lose_the_one_that_runs(crew, long_runs["pair"])
    idle = {pool: crew.look(pool) for pool in _deserted(crew)}
    for pool in idle:
        crew.estate.overdue_runs(deployments[pool], 3)
    crew.wait_for_status("pair", lost.worker, "OFFLINE")
    wait_until(lambda: _is_known_for_long(crew), "the worker that is astray is known for long enough", 60)
    return Aftermath(crew, idle, lost, stopped_with)


def _start_all(crew: Crew) -> None:
    crew.start("killed", "ann")
    crew.start("stopped", "bob")
    crew.start("pinned", "cid", "--work-queue", "default")
    crew.start("astray", "dot", "--work-queue", "Default")
    crew.start("busy", "eve", "--limit", "1")
    crew.start("pair", "fay")
    crew.start("pair", "gus")
    for pool, worker in (("killed", "ann"), ("stopped", "bob"), ("pinned", "cid"), ("astray", "dot")):
        crew.wait_for_status(pool, worker, "ONLINE")


def _end_two(crew: Crew) -> int:
    crew.workers["ann"].kill()
    stopped = crew.workers["bob"].popen
    stopped.send_signal(signal.SIGTERM)
    return stopped.wait(PATIENCE_SECONDS)


def _leave_work(crew: Crew, deployments: dict[str, str], long_run: str) -> None:
    crew.estate.overdue_run(crew.deployment("pinned", "hot"))
    crew.estate.overdue_run(deployments["astray"])
    crew.wait_until_running(long_run)
    crew.estate.overdue_runs(deployments["busy"], 2)


def _lose_the_one_that_runs(crew: Crew, run: str) -> LostRun:
    crew.wait_for_status("pair", "fay", "ONLINE")
    crew.wait_for_status("pair", "gus", "ONLINE")
    wait_until(lambda: crew.run(run)["infrastructure_pid"] is not None, "its process is known", PATIENCE_SECONDS)
    crew.wait_until_running(run)
    row = crew.run(run)
    worker: str = row["labels"]["prefect.worker.name"]
    crew.workers[worker].kill()
    return LostRun(run, worker, int(row["infrastructure_pid"]))


def _deserted(crew: Crew) -> Sequence[str]:
    crew.wait_for_status("killed", "ann", "OFFLINE")
    crew.wait_for_status("stopped", "bob", "OFFLINE")
    return ("killed", "stopped")


def _is_known_for_long(crew: Crew) -> bool:
    return crew.estate.seconds_since_first_heartbeat("astray", "dot") > QUEUE_MISSING_AFTER_SECONDS


def is_alive(pid: int) -> bool:
    """Whether a process runs, and is not only waiting to be buried."""
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
