"""Workers that are well until a moment and then die: heartbeats that stop, and a real process that is killed."""

import time
from typing import Protocol

import anyio
import httpx
from anyio import to_thread

from lifeguard.demo.processes import Processes
from lifeguard.demo.waiting import wait_until
from lifeguard.demo.workers import start_worker
from tests.estate import Estate

HEARTBEAT_SECONDS = 2
BEAT_EVERY_SECONDS = 1.0
WELL_FOR_SECONDS = 4.0


class Death(Protocol):
    """Works on a pool and dies at a moment of the monotonic clock, or a little after the pool is well."""

    preparation_seconds: float

    async def undergo(self, pool: str, at: float) -> None:
        """Return when the worker is dead."""
        ...


class Silence:
    """Heartbeats by the API, until there are none any more."""

    preparation_seconds = 10.0

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    async def undergo(self, pool: str, at: float) -> None:
        """Beat until then."""
        await to_thread.run_sync(self._estate.worker, pool, "ann", HEARTBEAT_SECONDS)
        await to_thread.run_sync(self._estate.poll, pool)
        await _is_ready(self._estate.api_url, pool)
        at = max(at, time.monotonic() + WELL_FOR_SECONDS)
        while time.monotonic() < at:
            await to_thread.run_sync(self._estate.worker, pool, "ann", HEARTBEAT_SECONDS)
            await anyio.sleep(min(BEAT_EVERY_SECONDS, max(0.0, at - time.monotonic())))


class Kill:
    """A real worker process, and SIGKILL."""

    preparation_seconds = 35.0

    def __init__(self, processes: Processes, api_url: str) -> None:
        self._processes, self._api_url = processes, api_url

    async def undergo(self, pool: str, at: float) -> None:
        """Kill it then."""
        worker = start_worker(self._processes, self._api_url, pool, f"worker-of-{pool}")
        await _is_ready(self._api_url, pool)
        await anyio.sleep(max(WELL_FOR_SECONDS, at - time.monotonic()))
        worker.check()
        worker.kill()


async def _is_ready(api_url: str, pool: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:

        async def is_ready() -> bool:
            answer = await http.get(f"{api_url}/work_pools/{pool}")
            return answer.is_success and answer.json()["status"] == "READY"

        await wait_until(is_ready, f"{pool} is READY")
