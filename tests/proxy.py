"""A real HTTP proxy in front of a real server, which records every call and breaks answers by rule.

It runs in a thread and an event loop of its own, so that tests can talk to it from anywhere. In front of nothing, or
of a function, it is the smallest fake server. It speaks HTTP/1.1 with Content-Length and keep-alive, no websockets.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from itertools import count
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import urlsplit

import httpx

HTML_PAGE = b"<!doctype html><html><head><title>Log in</title></head><body>Who are you?</body></html>"
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "date", "host"}
    | {"accept-encoding"}
)
UPSTREAM_TIMEOUT_SECONDS = 60.0
JOIN_TIMEOUT_SECONDS = 60.0


class Call(NamedTuple):
    """What is recorded of every request; the path is as it was sent (`/api/ready`), without the query."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    at: float = field(default_factory=monotonic)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def call(self) -> Call:
        return Call(self.method, self.path)

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it goes out. `cut` closes the connection too early; `reset` does it with a RST."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    delay_seconds: float = 0.0
    cut: Literal["before any byte", "in the body"] | None = None
    reset: bool = False


Answerer = Callable[[Request], Answer]
Predicate = Callable[[str, str], bool]
Change = Callable[[Any], Any]
Fault = Callable[[Answer], Answer]
"""What becomes of the answer that the upstream gave."""


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def anything(method: str, path: str) -> bool:
    """Every call."""
    return True


def ending(end: str, method: str | None = None) -> Predicate:
    """Calls whose path ends like this (`work_pools/filter`)."""
    return lambda called, path: path.endswith(end) and method in (None, called)


def every(number: int) -> Predicate:
    """Each call of so many, whatever it asks."""
    counted = count(1)
    return lambda method, path: next(counted) % number == 0


def exactly(path: str) -> Predicate:
    """Calls of just this path below the API (`flows/filter`, `work_pools/a%20b/workers/filter`)."""
    return lambda _, called: called == f"/api/{path}"


def answering(status: int, body: bytes | str = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Another answer instead of the upstream's."""
    content = body.encode() if isinstance(body, str) else body
    return lambda _: Answer(status, content, headers or {})


def too_many_requests(retry_after: float | str | datetime | None = None) -> Fault:
    """429; `retry_after` is a number of seconds, a time, or any text for the header."""
    return answering(HTTPStatus.TOO_MANY_REQUESTS, '{"detail":"slow down"}', _retry_after(retry_after))


def unavailable(retry_after: float | str | datetime | None = None) -> Fault:
    """503, as a server whose database is away answers."""
    return answering(HTTPStatus.SERVICE_UNAVAILABLE, '{"detail":"database away"}', _retry_after(retry_after))


def _retry_after(value: float | str | datetime | None) -> dict[str, str]:
    if value is None:
        return {}
    return {"Retry-After": format_datetime(value, usegmt=True) if isinstance(value, datetime) else str(value)}


def delayed(seconds: float) -> Fault:
    """The right answer, too late."""
    return lambda answer: replace(answer, delay_seconds=seconds)


def truncated(answer: Answer) -> Answer:
    """Half a body under a Content-Length that promises more, and then a clean close."""
    return replace(answer, cut="in the body")


def dying_before_any_byte(answer: Answer) -> Answer:
    """A connection that is reset instead of an answer."""
    return replace(answer, cut="before any byte", reset=True)


def dying_after_half(answer: Answer) -> Answer:
    """A connection that is reset in the middle of the body."""
    return replace(answer, cut="in the body", reset=True)


def invalid_json(answer: Answer) -> Answer:
    """200, and a body that is no JSON though the headers say so."""
    return Answer(200, b'{"detail": [1, 2', {"Content-Type": "application/json"})


def html_page(answer: Answer) -> Answer:
    """200 and a page, as a login proxy answers."""
    return Answer(200, HTML_PAGE, {"Content-Type": "text/html; charset=utf-8"})


@dataclass(slots=True)
class _Rule:
    when: Predicate
    fault: Fault
    times: int | None

    def applies_to(self, call: Call) -> bool:
        return self.times != 0 and self.when(call.method, call.path)

    def use_up(self) -> None:
        self.times = None if self.times is None else self.times - 1


class Proxy:
    """Stands before `upstream`: the URL of a server, a function that answers, or nothing at all (everything is 404).

    The first rule that matches a call breaks its answer; what is rewritten is rewritten in every JSON answer that
    matches. `clock_shift_seconds` moves the `Date` header, `date` replaces it. `most_at_once` is how many requests were
    in flight at once.
    """

    def __init__(self, upstream: str | Answerer | None = None) -> None:
        self.upstream = upstream
        self.requests: list[Request] = []
        self.clock_shift_seconds = 0.0
        self.date: str | None = None
        self.most_at_once = 0
        self.port = 0
        self._at_once = 0
        self._rules: list[_Rule] = []
        self._rewrites: list[tuple[Predicate, Change]] = []
        self._is_up = Event()
        self._thread = Thread(target=self._run, name="proxy", daemon=True)
        self._crash: BaseException | None = None

    @property
    def api_url(self) -> str:
        """The address for a client: PREFECT_API_URL."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def calls(self) -> list[Call]:
        """Every call so far, in the order in which they came."""
        return [request.call for request in self.requests]

    def fail(self, when: Predicate, fault: Fault, times: int | None = None) -> None:
        """Break the answers to these calls, always or so often."""
        self._rules.append(_Rule(when, fault, times))

    def rewrite(self, when: Predicate, change: Change) -> None:
        """Send what `change` makes of the decoded JSON of these answers."""
        self._rewrites.append((when, change))

    def heal(self) -> None:
        """Forget all rules, rewrites, recorded calls and the shifted clock."""
        self._rules, self._rewrites, self.requests = [], [], []
        self.clock_shift_seconds, self.date, self.most_at_once = 0.0, None, 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_up.wait()
        if self._crash:
            raise self._crash
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(JOIN_TIMEOUT_SECONDS)
        if self._thread.is_alive():
            raise AssertionError("the proxy did not stop")

    def _run(self) -> None:
        try:
            asyncio.run(self._serve_until_stopped())
        except BaseException as error:
            self._crash = error
        finally:
            self._is_up.set()

    async def _serve_until_stopped(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        async with httpx.AsyncClient(
            base_url=self.upstream_origin,
            timeout=UPSTREAM_TIMEOUT_SECONDS,
            limits=httpx.Limits(keepalive_expiry=1.0),
            trust_env=False,
        ) as self._http:
            server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            self._is_up.set()
            await self._stop.wait()
            server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await server.wait_closed()

    @property
    def upstream_origin(self) -> str:
        """Scheme, host and port of the upstream; empty where it is no server."""
        if not isinstance(self.upstream, str):
            return ""
        parts = urlsplit(self.upstream)
        return f"{parts.scheme}://{parts.netloc}"

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read_request(reader)) and await self._answer(request, reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as one does after a timeout
        finally:
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request, and say whether the connection lives on."""
        self.requests.append(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self._rewritten(request, self._broken(request, await self._ask_upstream(request)))
            await _while_the_client_waits(reader, answer.delay_seconds)
        finally:
            self._at_once -= 1
        return await self._send(answer, request, writer)

    async def _ask_upstream(self, request: Request) -> Answer:
        if self.upstream is None:
            return as_json({"detail": "Not Found"}, 404)
        if callable(self.upstream):
            return self.upstream(request)
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        try:
            response = await self._http.request(request.method, request.target, content=request.body, headers=headers)
        except httpx.HTTPError:
            return as_json({"detail": "Bad Gateway"}, 502)
        return Answer(response.status_code, response.content, dict(response.headers))

    def _broken(self, request: Request, answer: Answer) -> Answer:
        for rule in self._rules:
            if rule.applies_to(request.call):
                rule.use_up()
                return rule.fault(answer)
        return answer

    def _rewritten(self, request: Request, answer: Answer) -> Answer:
        for when, change in self._rewrites:
            if when(*request.call) and answer.status == 200:
                answer = replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())
        return answer

    async def _send(self, answer: Answer, request: Request, writer: asyncio.StreamWriter) -> bool:
        if answer.cut != "before any byte":
            promised = len(answer.body) + (1000 if answer.cut else 0)
            sent = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
            writer.write(self._head(answer, promised) + sent)
            await writer.drain()
        if answer.reset:
            _send_reset_on_close(writer)
        return answer.cut is None and request.headers.get("connection", "").lower() != "close"

    def _head(self, answer: Answer, length: int) -> bytes:
        date = self.date or format_datetime(
            datetime.now(UTC) + timedelta(seconds=self.clock_shift_seconds), usegmt=True
        )
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}", f"Date: {date}", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in kept.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _while_the_client_waits(reader: asyncio.StreamReader, seconds: float) -> None:
    """Sleep, but not longer than the client stays; raises `ConnectionResetError` when it has gone."""
    if not seconds:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await reader.read(1)
            raise ConnectionResetError("the client went away")


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, or None when the client is done."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = _headers(rest)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


def _headers(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _send_reset_on_close(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
