"""One attempt at one call over HTTP: sent, timed, counted by its answer, and explained where there is none."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import anyio
import httpx
import orjson

from lifeguard.observe import csrf
from lifeguard.observe.call_failed import BROKEN, CallFailed, why_no_answer
from lifeguard.observe.connection import Connection
from lifeguard.observe.http_dates import skew_by
from lifeguard.observe.meter import Meter
from lifeguard.snapshot import Answers

CONNECT_TIMEOUT_SECONDS = 5.0
KEEPALIVE_SECONDS = 4.0
READ_TO_ITS_END = httpx.ByteStream(b"")
"""In place of the stream of an answer that is read: that one points back to the answer, so that its megabyte would stay until
a garbage collection, which is rare where so many facts are held (httpx 0.28)."""

SAID_BY_PREFECT = b"exception_message"
"""What Prefect's own answers to failed requests hold (`prefect.server.api.server`, 3.9.1)."""

Learn = Callable[[str, int | None, float], None]
"""Hears the path of a call, the status of its answer (None without one), and the seconds until it was there."""


class Wire:
    """The connections to one API, and what came over them. `clock` is the local one."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime], learn: Learn) -> None:
        self.meter = Meter()
        self.clock_skew_seconds: float | None = None
        self._clock = clock
        self._learn = learn
        self._statuses = Counter[int]()
        self._by_prefect = Counter[int]()
        self._csrf: dict[str, str] = {}
        self._http = httpx.AsyncClient(
            base_url=connection.api_url + "/",
            headers={**connection.headers, "User-Agent": "prefect-lifeguard"},
            verify=connection.verify,
            limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEPALIVE_SECONDS),
            follow_redirects=True,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def answers(self) -> Answers:
        """How the API has answered so far."""
        return Answers(dict(self._statuses), dict(self._by_prefect))

    def count(self, answers: Answers) -> None:
        """Add how others were answered."""
        self._statuses.update(answers.statuses)
        self._by_prefect.update(answers.by_prefect)

    def use_token(self, client: str, response: httpx.Response) -> None:
        """Send this token with every call from now on; raises `CallFailed` where there is none."""
        self._csrf = csrf.headers_of_token(client, response)

    async def send(self, method: str, path: str, body: Any, patience: float) -> httpx.Response:
        """The answer within so many seconds. Raises `CallFailed`, or what httpx raises where the connection broke."""
        began, calls, received, status = anyio.current_time(), 1, 0, None
        try:
            async with _explained(patience):
                response = await self._answered(method, path, body, patience)
            calls, received, status = 1 + len(response.history), response.num_bytes_downloaded, response.status_code
        finally:
            took = anyio.current_time() - began
            self.meter.add(path, calls=calls, received=received, seconds=took)
            self._learn(path, status, took)
        self._set_the_clock(response, took)
        self._remember(response)
        return response

    async def _answered(self, method: str, path: str, body: Any, patience: float) -> httpx.Response:
        with anyio.fail_after(patience):
            response = await self._http.request(
                method,
                path,
                content=None if body is None else orjson.dumps(body),
                headers={"Content-Type": "application/json", **self._csrf},
                timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_SECONDS),
            )
        response.stream = READ_TO_ITS_END
        return response

    def _remember(self, response: httpx.Response) -> None:
        if response.status_code < 400:
            return
        self._statuses[response.status_code] += 1
        if SAID_BY_PREFECT in response.content:
            self._by_prefect[response.status_code] += 1

    def _set_the_clock(self, response: httpx.Response, took: float) -> None:
        if self.clock_skew_seconds is None:
            self.clock_skew_seconds = skew_by(response.headers.get("Date"), self._clock(), took)


@asynccontextmanager
async def _explained(patience: float) -> AsyncGenerator[None, None]:
    """Turn every way in which a call can fail into one short reason, but for a connection that broke: it is tried again."""
    try:
        yield
    except BROKEN:
        raise
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise CallFailed(why_no_answer(error, CONNECT_TIMEOUT_SECONDS, patience)) from error
