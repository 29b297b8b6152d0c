"""A Prefect server that is ended and started again: always the same home, and always the same address."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from lifeguard.demo.server import FAST
from tests.estate import wait_until
from tests.prefect_server import OWN_SETTINGS, free_port

READY_WITHIN_SECONDS = 150.0
"""Several servers start at the same time."""
STOPPED_WITHIN_SECONDS = 30.0
HEARTBEAT_MULTIPLE = 2
UNUSED = ("SCHEDULER", "LATE_RUNS", "CANCELLATION_CLEANUP", "PAUSE_EXPIRATIONS", "TASK_RUN_RECORDER")
QUICK = {
    **FAST,
    **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in UNUSED},
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "4",
    "PREFECT_SERVER_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE": str(HEARTBEAT_MULTIPLE),
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "1",
}
"""A worker that promised a heartbeat every second is missed after two, and every event is stored at once.

What nobody here asks for is not done: with SQLite every writer is in the way of all others, on 3.8.8 for up to 60 s.
"""

PREFECT = "import gc, runpy; gc.disable(); runpy.run_module('prefect', run_name='__main__', alter_sys=True)"
"""Garbage stays: to collect the cursor of a connection that waits for a lock blocks the whole server until it has it, and
with it whoever holds the lock, so that nothing is answered for 60 s (3.8.8 with SQLite, in every second run of these tests).
"""


@dataclass
class Server:
    """One server; it runs between `start` and `stop` or `kill`."""

    home: Path
    python: Path = Path(sys.executable)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it; it is ready some seconds later."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-c", PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
                env={**inherited, **OWN_SETTINGS, **QUICK, "PREFECT_HOME": str(self.home)},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until it and its database answer."""
        wait_until(self._is_ready, f"the server of {self.home} is ready", READY_WITHIN_SECONDS)

    def stop(self) -> None:
        """End it as an administrator does, and wait for its end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a loss of power does."""
        self._end(signal.SIGKILL)

    def _is_ready(self) -> bool:
        assert self.process and self.process.poll() is None, f"the server ended:\n{self._last_lines()}"
        try:
            return httpx.get(f"{self.api_url}/ready", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _end(self, number: signal.Signals) -> None:
        """End the whole group: it may have started processes of its own."""
        assert self.process, "it was never started"
        os.killpg(self.process.pid, number)
        self.process.wait(STOPPED_WITHIN_SECONDS)

    def _last_lines(self) -> str:
        return "\n".join((self.home / "server.log").read_text(errors="replace").splitlines()[-30:])


@contextmanager
def servers(pythons: Sequence[Path]) -> Generator[list[Server], None, None]:
    """One for each Python that has a Prefect, all ready, and gone with their files at the end."""
    with ExitStack() as stack:
        started = [stack.enter_context(_started(python)) for python in pythons]
        for server in started:
            server.wait_until_ready()
        yield started


@contextmanager
def _started(python: Path) -> Generator[Server, None, None]:
    with TemporaryDirectory(prefix="lifeguard-prefect-", ignore_cleanup_errors=True) as home:
        server = Server(Path(home), python)
        server.start()
        try:
            yield server
        finally:
            if server.process and server.process.poll() is None:
                server.kill()
