"""The public REST API of Prefect as far as building an estate takes. Looking at it is left to `lifeguard.observe`."""

from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import anyio
import httpx

from lifeguard.demo.processes import DemoFailed

BUSY = 503
TRIES = 5

Row = dict[str, Any]


class Rest:
    """Creates pools, queues, deployments and runs, and reads them back. Pools and queues go by name, the rest by id."""

    def __init__(self, api_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=f"{api_url}/", timeout=30, trust_env=False)

    async def __aenter__(self) -> Self:
        """Open nothing yet: the first call connects."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def pool(self, name: str, type: str, limit: int | None = None, paused: bool = False) -> None:
        """Create a pool, which has a queue `default`."""
        body = {"name": name, "type": type, "concurrency_limit": limit, "is_paused": paused}
        await self._ask("POST", "work_pools/", body)

    async def queue(self, pool: str, name: str) -> None:
        """Create one more queue of a pool."""
        await self._ask("POST", f"work_pools/{pool}/queues", {"name": name})

    async def delete_queue(self, pool: str, name: str) -> None:
        """Delete a queue; its deployments and their runs stay."""
        await self._ask("DELETE", f"work_pools/{pool}/queues/{name}")

    async def deployment(self, **columns: Any) -> str:
        """Create a deployment; its id."""
        row: Row = await self._ask("POST", "deployments/", columns)
        return row["id"]

    async def flow(self, name: str) -> str:
        """Create a flow; its id."""
        row: Row = await self._ask("POST", "flows/", {"name": name})
        return row["id"]

    async def run(self, deployment: str, name: str, **parameters: Any) -> str:
        """Create a run that is due now; its id."""
        state = {"type": "SCHEDULED", "state_details": {"scheduled_time": datetime.now(UTC).isoformat()}}
        body = {"name": name, "parameters": parameters, "state": state}
        row: Row = await self._ask("POST", f"deployments/{deployment}/create_flow_run", body)
        return row["id"]

    async def state_names(self, runs: list[str]) -> list[str]:
        """The names of the states of runs."""
        rows: list[Row] = await self._ask("POST", "flow_runs/filter", {"flow_runs": {"id": {"any_": runs}}})
        return [row["state_name"] for row in rows]

    async def pool_status(self, name: str) -> str:
        """READY, NOT_READY or PAUSED."""
        row: Row = await self._ask("GET", f"work_pools/{name}")
        return row["status"]

    async def worker_statuses(self, pool: str) -> list[str]:
        """ONLINE or OFFLINE, for each worker that ever was."""
        rows: list[Row] = await self._ask("POST", f"work_pools/{pool}/workers/filter", {})
        return [row["status"] for row in rows]

    async def _ask(self, method: str, path: str, body: Row | None = None) -> Any:
        """A busy SQLite answers 503 and has changed nothing then."""
        response = await self._send(method, path, body)
        tries = 1
        while response.status_code == BUSY and tries < TRIES:
            await anyio.sleep(0.5)
            response = await self._send(method, path, body)
            tries += 1
        if response.is_error:
            raise DemoFailed(f"The server answers {method} {path} with HTTP {response.status_code}.")
        return response.json() if response.content else None

    async def _send(self, method: str, path: str, body: Row | None) -> httpx.Response:
        try:
            return await self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise DemoFailed(f"The server does not answer {method} {path} ({type(error).__name__}).") from error
