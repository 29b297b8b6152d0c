"""One connection to Prefect's API: bounded, counted, paced, retried and honest about what failed."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import anyio
import httpx
import orjson

from lifeguard.facts import seconds
from lifeguard.observe import csrf
from lifeguard.observe.bounds import Bounds
from lifeguard.observe.call_failed import BROKEN, NO_JSON, CallFailed
from lifeguard.observe.connection import Connection
from lifeguard.observe.pacing import AT_ONCE, pace_on_patrol
from lifeguard.observe.retries import RETRIED_STATUSES, wait_before_retry
from lifeguard.observe.turns import Turns
from lifeguard.observe.wire import Wire
from lifeguard.policy import Policy
from lifeguard.snapshot import Answers, Price


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
        self._clock = clock
        self._policy = policy
        self._paced_since: float | None = None
        self._bounds = Bounds(policy)
        self._turns = Turns(policy.concurrency)
        self._wire = Wire(connection, clock, self._turns.learn)

    async def __aenter__(self) -> Self:
        """Open nothing yet: the first call connects."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._wire.close()

    @property
    def clock_skew_seconds(self) -> float | None:
        """How far the server's clock is ahead of ours; None before its first answer."""
        return self._wire.clock_skew_seconds

    @property
    def answers(self) -> Answers:
        """How the API has answered so far."""
        return self._wire.answers

    @property
    def prices(self) -> Mapping[str, Price]:
        """What the calls so far cost, by kind of endpoint."""
        return self._wire.meter.prices

    @property
    def calls(self) -> int:
        """How many calls were made so far, with those that others made of what was lent to them."""
        return self._bounds.calls

    @property
    def calls_left(self) -> int:
        """How many calls may still be made now."""
        return self._bounds.calls_left

    def follow(self, policy: Policy) -> None:
        """Go on under another policy, as when the server turns out to have one saved."""
        self._policy = self._bounds.policy = policy
        self._turns.allow(policy.concurrency)
        self._set_the_pace()

    @contextmanager
    def looking(self, *, on_patrol: bool = False) -> Generator[None, None, None]:
        """Meanwhile it is a look that asks, which ends in time. One on patrol is paced, and leaves calls for telling."""
        began = anyio.current_time()
        self._paced_since = began if on_patrol else None
        self._set_the_pace()
        try:
            with self._bounds.looking(began, tells=on_patrol):
                yield
        finally:
            self._paced_since = None
            self._set_the_pace()

    def _set_the_pace(self) -> None:
        """By the policy as it is now: the one that is saved on the server is read during the look."""
        if self._paced_since is None:
            self._turns.pace_by(AT_ONCE, 0.0)
        else:
            pace = pace_on_patrol(self._policy.pace, self._policy.look_within_seconds)
            self._turns.pace_by(pace, self._paced_since)

    def keeping(self, share: float) -> AbstractContextManager[None]:
        """Meanwhile this share of the calls and of the time of a look is kept for what it asks after this."""
        return self._bounds.keeping(share)

    def page_size(self, allowed: int) -> int:
        """How many rows to ask for at once, where the server gives so many."""
        return self._turns.page_size(allowed)

    def wait_for_others(self, seconds: float) -> None:
        """Look so much longer, since others look meanwhile with what was lent to them."""
        self._bounds.wait_for_others(seconds)

    def lend(self, calls: int) -> None:
        """Let others make so many of our calls, who tell what they made of it by `settle`."""
        self._bounds.lend(calls)

    def settle(self, lent: int, calls: int, answers: Answers) -> None:
        """Count what others did with what was lent to them as done here."""
        self._bounds.take_back(lent, calls)
        self._wire.count(answers)

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
        async with self._turns.limiter:
            response = await self._with_retries(method, path, body, retries)
        if response.status_code >= 400:
            raise CallFailed(f"HTTP {response.status_code}", response.status_code)
        return response

    async def _with_retries(self, method: str, path: str, body: Any, retries: int) -> httpx.Response:
        for attempt in range(retries + 1):
            response = await self._let_in(method, path, body)
            if response.status_code not in RETRIED_STATUSES or attempt == retries:
                return response
            now = self._clock() + seconds(self.clock_skew_seconds or 0)
            self._turns.hold_back(wait_before_retry(response, attempt, now, self._policy.retry_wait_ceiling_seconds))
        raise AssertionError("range() is never empty here")

    async def _let_in(self, method: str, path: str, body: Any) -> httpx.Response:
        """Send, and once more with a fresh token where the server has CSRF protection switched on."""
        response = await self._send_over_a_live_connection(method, path, body)
        if not csrf.is_refused(response):
            return response
        client = csrf.new_client()
        answer = await self._send_over_a_live_connection("GET", csrf.path_of_token(client), None)
        self._wire.use_token(client, answer)
        return await self._send_over_a_live_connection(method, path, body)

    async def _send_over_a_live_connection(self, method: str, path: str, body: Any) -> httpx.Response:
        """The server closes idle connections after 5 s (`server.api.keepalive_timeout`), so one broken one is no news."""
        try:
            return await self._send(method, path, body)
        except BROKEN:
            try:
                return await self._send(method, path, body)
            except BROKEN as error:
                raise CallFailed("the connection broke in the middle of the answer") from error

    async def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        await self._turns.wait(anyio.current_time() + self._seconds_left)
        self._bounds.pay(anyio.current_time())
        patience = self._policy.request_timeout_seconds
        try:
            response = await self._wire.send(method, path, body, min(patience, self._seconds_left))
        except (CallFailed, *BROKEN):
            self._bounds.unanswered(anyio.current_time())
            raise
        self._bounds.answered(response.status_code, len(response.history))
        return response

    @property
    def _seconds_left(self) -> float:
        return self._bounds.seconds_left(anyio.current_time())
