"""One connection to Prefect's API: bounded, counted, retried and honest about what failed."""

import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import anyio
import httpx
import orjson

from lifeguard.facts import seconds
from lifeguard.observe.connection import Connection
from lifeguard.observe.http_dates import retry_after_seconds, seconds_until
from lifeguard.observe.meter import Meter, kind_of
from lifeguard.observe.width import Latencies, Width
from lifeguard.policy import Policy
from lifeguard.snapshot import Answers, Price

RETRIED_STATUSES = frozenset({429, 503})
FIRST_BACKOFF_SECONDS = 0.5
CONNECT_TIMEOUT_SECONDS = 5.0
KEEPALIVE_SECONDS = 4.0
NO_JSON = "the answer is no JSON"
GIVE_UP_AFTER_FAILURES = 10
CLOCK_RESOLUTION_SECONDS = 2.0
SAID_BY_PREFECT = b"exception_message"
"""What Prefect's own answers to failed requests hold (`prefect.server.api.server`, 3.9.1)."""


class CallFailed(Exception):
    """A call got no usable answer. The message is a short reason without any secret; `status` is HTTP's, if any."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status

    @property
    def is_no_prefect(self) -> bool:
        """Whether something answered that cannot be a Prefect API: no such path there, or a page for people."""
        return self.reason == NO_JSON or (self.status is not None and 400 <= self.status < 429)


def utc_now() -> datetime:
    """The local clock."""
    return datetime.now(UTC)


class Api:
    """Calls one Prefect API, at most `policy.concurrency` at a time and `policy.call_ceiling` in all; fewer at a time while
    it answers slowly or not at all.

    Every attempt counts as a call. 429 and 503 are tried again after `Retry-After`, or after a growing wait with jitter,
    and hold back all other calls meanwhile; a connection that breaks is tried once more; nothing else is repeated.
    """

    def __init__(self, connection: Connection, policy: Policy, clock: Callable[[], datetime] = utc_now) -> None:
        self.connection = connection
        self.calls = 0
        self._lent = 0
        self.clock_skew_seconds: float | None = None
        self._policy = policy
        self._clock = clock
        self._width = Width(policy.concurrency, policy.concurrency)
        self._latencies = Latencies()
        self._limiter = anyio.CapacityLimiter(policy.concurrency)
        self._resume_at = 0.0
        self._failures_in_a_row = 0
        self._statuses = Counter[int]()
        self._by_prefect = Counter[int]()
        self._meter = Meter()
        self._csrf: dict[str, str] = {}
        self._http = httpx.AsyncClient(
            base_url=connection.api_url + "/",
            headers={**connection.headers, "User-Agent": "prefect-lifeguard"},
            verify=connection.verify,
            limits=httpx.Limits(max_connections=None, keepalive_expiry=KEEPALIVE_SECONDS),
            follow_redirects=True,
        )

    async def __aenter__(self) -> Self:
        """Open nothing yet: the first call connects."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def answers(self) -> Answers:
        """How the API has answered so far."""
        return Answers(dict(self._statuses), dict(self._by_prefect))

    @property
    def prices(self) -> Mapping[str, Price]:
        """What the calls so far cost, by kind of endpoint."""
        return self._meter.prices

    def follow(self, policy: Policy) -> None:
        """Go on under another policy, as when the server turns out to have one saved."""
        self._policy = policy
        self._become(self._width.up_to(policy.concurrency))

    @property
    def calls_left(self) -> int:
        """How many calls the ceiling still allows."""
        return max(0, self._policy.call_ceiling - self.calls - self._lent)

    def lend(self, calls: int) -> None:
        """Let others make so many of our calls, who tell what they made of it by `settle`."""
        self._lent += calls

    def settle(self, lent: int, calls: int, answers: Answers) -> None:
        """Count what others did with what was lent to them as done here."""
        self._lent -= lent
        self.calls += calls
        self._statuses.update(answers.statuses)
        self._by_prefect.update(answers.by_prefect)

    async def get(self, path: str, *, retry: bool = True) -> Any:
        """The decoded answer to a GET; raises `CallFailed`."""
        return await self._ask("GET", path, None, retry)

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The decoded answer to a POST, which Prefect uses for its filters; raises `CallFailed`."""
        return await self._ask("POST", path, body, retry=True)

    async def change(self, method: str, path: str, body: Any = None) -> Any:
        """Change something on the server that may be changed twice; what it answers, if anything. Raises `CallFailed`."""
        response = await self._accepted(method, path, body, self._policy.retry_attempts)
        return orjson.loads(response.content) if response.content else None

    async def _ask(self, method: str, path: str, body: Any, retry: bool) -> Any:
        response = await self._accepted(method, path, body, self._policy.retry_attempts if retry else 0)
        try:
            return orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise CallFailed(NO_JSON, response.status_code) from error

    async def _accepted(self, method: str, path: str, body: Any, retries: int) -> httpx.Response:
        async with self._limiter:
            response = await self._with_retries(method, path, body, retries)
        if response.status_code >= 400:
            raise CallFailed(f"HTTP {response.status_code}", response.status_code)
        return response

    async def _with_retries(self, method: str, path: str, body: Any, retries: int) -> httpx.Response:
        for attempt in range(retries + 1):
            response = await self._let_in(method, path, body)
            if response.status_code not in RETRIED_STATUSES or attempt == retries:
                return response
            self._hold_back(self._wait_after(response, attempt))
        raise AssertionError("range() is never empty here")

    async def _let_in(self, method: str, path: str, body: Any) -> httpx.Response:
        """Send, and once more with a fresh token where the server has CSRF protection switched on."""
        response = await self._send_over_a_live_connection(method, path, body)
        if response.status_code == 403 and b"CSRF" in response.content:
            self._csrf = await self._fresh_csrf_token()
            response = await self._send_over_a_live_connection(method, path, body)
        return response

    async def _fresh_csrf_token(self) -> dict[str, str]:
        client = str(uuid4())
        response = await self._send_over_a_live_connection("GET", f"csrf-token?client={client}", None)
        try:
            token = str(orjson.loads(response.content)["token"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise CallFailed("HTTP 403, and no CSRF token was given", 403) from error
        return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}

    async def _send_over_a_live_connection(self, method: str, path: str, body: Any) -> httpx.Response:
        """The server closes idle connections after 5 s (`server.api.keepalive_timeout`), so one broken one is no news."""
        try:
            return await self._send(method, path, body)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            try:
                return await self._send(method, path, body)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                raise CallFailed("the connection broke in the middle of the answer") from error

    async def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        await self._wait_until_welcome()
        self._pay()
        response = await self._metered(method, path, body)
        self._failures_in_a_row = self._failures_in_a_row + 1 if response.status_code == 503 else 0
        self._set_the_clock(response)
        self._remember(response)
        return response

    async def _metered(self, method: str, path: str, body: Any) -> httpx.Response:
        began, calls, received, status = anyio.current_time(), 1, 0, None
        try:
            async with self._explained():
                response = await self._answered(method, path, body)
            calls, received, status = 1 + len(response.history), response.num_bytes_downloaded, response.status_code
            self.calls += len(response.history)
            return response
        finally:
            took = anyio.current_time() - began
            self._meter.add(path, calls=calls, received=received, seconds=took)
            self._become(self._width_after(path, status, took))

    def _width_after(self, path: str, status: int | None, took: float) -> Width:
        if status is None or status in RETRIED_STATUSES:
            return self._width.refused()
        return self._width.slow() if self._latencies.is_slow(kind_of(path), took) else self._width.good()

    def _become(self, width: Width) -> None:
        self._width = width
        self._limiter.total_tokens = width.at_once

    async def _answered(self, method: str, path: str, body: Any) -> httpx.Response:
        with anyio.fail_after(self._policy.request_timeout_seconds):
            return await self._http.request(
                method,
                path,
                content=None if body is None else orjson.dumps(body),
                headers={"Content-Type": "application/json", **self._csrf},
                timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_SECONDS),
            )

    def _remember(self, response: httpx.Response) -> None:
        if response.status_code < 400:
            return
        self._statuses[response.status_code] += 1
        if SAID_BY_PREFECT in response.content:
            self._by_prefect[response.status_code] += 1

    @asynccontextmanager
    async def _explained(self) -> AsyncGenerator[None, None]:
        """Turn every way in which a connection can fail into one short reason."""
        try:
            yield
        except httpx.ConnectTimeout as error:
            raise self._failed(f"no connection within {CONNECT_TIMEOUT_SECONDS:g} s") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise self._failed(f"no answer within {self._policy.request_timeout_seconds:g} s") from error
        except httpx.ConnectError as error:
            raise self._failed(_why_not_connected(error)) from error
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            self._failures_in_a_row += 1
            raise
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._failed(type(error).__name__) from error

    def _failed(self, reason: str) -> CallFailed:
        self._failures_in_a_row += 1
        return CallFailed(reason)

    def _pay(self) -> None:
        if self.calls_left == 0:
            raise CallFailed(f"the ceiling of {self._policy.call_ceiling} API calls is reached (call_ceiling)")
        if self._failures_in_a_row >= GIVE_UP_AFTER_FAILURES:
            raise CallFailed(f"not asked, since {GIVE_UP_AFTER_FAILURES} calls in a row got no answer")
        self.calls += 1

    def _wait_after(self, response: httpx.Response, attempt: int) -> float:
        now = self._clock() + seconds(self.clock_skew_seconds or 0)
        asked = retry_after_seconds(response.headers.get("Retry-After"), now)
        wait = FIRST_BACKOFF_SECONDS * 2**attempt if asked is None else asked
        return min(wait, self._policy.retry_wait_ceiling_seconds) + random.uniform(0, FIRST_BACKOFF_SECONDS)

    def _hold_back(self, wait: float) -> None:
        self._resume_at = max(self._resume_at, anyio.current_time() + wait)

    async def _wait_until_welcome(self) -> None:
        while (wait := self._resume_at - anyio.current_time()) > 0:
            await anyio.sleep(wait)

    def _set_the_clock(self, response: httpx.Response) -> None:
        """The `Date` header has a resolution of one second; smaller differences are no skew."""
        skew = seconds_until(response.headers.get("Date"), self._clock())
        if self.clock_skew_seconds is None and skew is not None:
            self.clock_skew_seconds = 0.0 if abs(skew) < CLOCK_RESOLUTION_SECONDS else skew


def _why_not_connected(error: httpx.ConnectError) -> str:
    text = str(error)
    if "CERTIFICATE" in text.upper() or "SSL" in text.upper():
        return "the TLS certificate is not accepted"
    if "Name or service not known" in text or "getaddrinfo" in text or "resolution" in text:
        return "the host name cannot be resolved"
    return "the connection was refused" if "refused" in text or "attempts failed" in text else "no connection"
