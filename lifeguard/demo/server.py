"""A Prefect server of one's own: its own database and settings, and a Foreman that notices a death within seconds."""

import os
import socket
from dataclasses import dataclass

import httpx

from lifeguard.demo.processes import Process, Processes
from lifeguard.demo.waiting import wait_until

LATE_AFTER_SECONDS = 5
HEARTBEAT_MULTIPLE = 6
"""Workers beat every 2 s; on a busy machine a live one has been silent for more than 8 s."""

READY_WITHIN_SECONDS = 100.0

FAST = {
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE": str(HEARTBEAT_MULTIPLE),
    "PREFECT_SERVER_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS": "5",
    "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "10",
    "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "10",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": str(LATE_AFTER_SECONDS),
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
}


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A server that was started here."""

    process: Process
    ui_url: str

    @property
    def api_url(self) -> str:
        """The address of its API."""
        return f"{self.ui_url}/api"


def bypass_proxies() -> None:
    """Reach 127.0.0.1 directly, here and in every process that is started from here."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))


def start_server(processes: Processes) -> EmbeddedServer:
    """Start a server on a free port; it is ready some seconds later."""
    port = str(_free_port())
    own = {
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(processes.folder / "ui"),
        "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{port}/api",  # else the UI asks port 4200 (Prefect 3.9.1)
    }
    process = processes.start(
        "server", "server", "start", "--host", "127.0.0.1", "--port", port, settings={**FAST, **own}
    )
    return EmbeddedServer(process, f"http://127.0.0.1:{port}")


async def wait_for_server(server: EmbeddedServer) -> None:
    """Wait until the server and its database answer."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:

        async def is_ready() -> bool:
            server.process.check()
            return await _answers(http, f"{server.api_url}/ready")

        await wait_until(is_ready, "the server answers", READY_WITHIN_SECONDS)


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
