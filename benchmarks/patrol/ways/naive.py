"""A straightforward use of Prefect's client: pools; workers and queues of each; late runs in pages by offset."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter

from benchmarks.patrol.seen import Seen

PAGE = 200
TIMEOUT_SECONDS = 120
LATE = FlowRunFilter.model_validate({"state": {"name": {"any_": ["Late"]}}})


class Heard:
    """Counts what a client of Prefect's own receives."""

    def __init__(self) -> None:
        self.calls = 0
        self.received_bytes = 0

    async def __call__(self, response: httpx.Response) -> None:
        """Read the answer to its end, as its caller does right after."""
        await response.aread()
        self.calls += 1
        self.received_bytes += response.num_bytes_downloaded


async def see(api_url: str, database_url: str) -> Seen:
    """One call after the other."""
    heard = Heard()
    settings = {"event_hooks": {"response": [heard]}, "timeout": TIMEOUT_SECONDS}
    async with PrefectClient(api_url, httpx_settings=settings) as client:
        pools = await _paged(lambda offset: client.read_work_pools(limit=PAGE, offset=offset))
        workers = 0
        for pool in pools:
            workers += len(await client.read_workers_for_work_pool(pool.name))
            await client.read_work_queues(pool.name)
        late = await _paged(lambda offset: client.read_flow_runs(flow_run_filter=LATE, limit=PAGE, offset=offset))
    return Seen(heard.calls, heard.received_bytes, workers, len(late))


async def _paged(read: Callable[[int], Awaitable[list[Any]]]) -> list[Any]:
    rows: list[Any] = []
    while len(page := await read(len(rows))) == PAGE:
        rows += page
    return rows + page
