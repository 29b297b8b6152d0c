"""A real Prefect server that can be killed and started again, with the same files and at the same address."""

import os
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.estate import wait_until
from tests.prefect_server import OWN_SETTINGS, STARTED_WITHIN_SECONDS, beside_this_python, free_port, lay_out_database


@dataclass
class RestartedServer:
    """A server with its files in `home`; `settings` are those of Prefect beyond what every test has."""

    home: Path
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    @property
    def api_url(self) -> str:
        """Where its API is, before and after."""
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it, and wait until it is ready to be asked."""
        lay_out_database(self.home, beside_this_python())
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        process = subprocess.Popen(
            [beside_this_python(), "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
            env={**inherited, **OWN_SETTINGS, "PREFECT_HOME": str(self.home), **self.settings},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(process)
        wait_until(self._is_ready, "the server is ready", STARTED_WITHIN_SECONDS)

    def kill(self) -> None:
        """End it at once, as a host does that is lost."""
        process = self.processes.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.api_url}/ready", timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def restarted_server(home: Path, settings: Mapping[str, str]) -> Generator[RestartedServer, None, None]:
    """One that runs, and that is gone at the end."""
    server = RestartedServer(home, settings)
    try:
        server.start()
        yield server
    finally:
        if server.processes:
            server.kill()
