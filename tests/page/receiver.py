"""Where pages arrive: a real HTTP server in this process, and a notification block on the Prefect server that posts to it.

It can be told to misbehave while it runs: `receiver.answer_with(failing_one_in(3, seed=1))`.
"""

import random
import socket
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.settings import PREFECT_API_URL, temporary_settings

from tests.estate import wait_until

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gets: a status after a while, or, where `status` is None, a connection that is closed instead."""

    status: int | None = 200
    after_seconds: float = 0


Behaviour = Callable[[str], Answer]
"""What a request to this path gets. It is asked once for each, and never twice at the same time."""


def well(path: str) -> Answer:
    """Every message is taken."""
    return Answer()


def dropping(path: str) -> Answer:
    """The connection is closed without an answer."""
    return Answer(None)


def answering(status: int) -> Behaviour:
    """Every request gets this status."""
    return lambda _: Answer(status)


def slow(seconds: float) -> Behaviour:
    """Every message is taken, but late; one whose sender no longer waits is none."""
    return lambda _: Answer(after_seconds=seconds)


def failing_one_in(number: int, seed: int) -> Behaviour:
    """One in so many requests gets 500, by chance, and with the same seed always the same ones in their order."""
    chance = random.Random(seed)
    return lambda _: Answer(500 if chance.randrange(number) == 0 else 200)


@dataclass
class Receiver:
    """What was posted to each path and taken, in that order; `requests` counts what came, whatever became of it."""

    port: int = 0
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    requests: Counter[str] = field(default_factory=Counter[str])
    behaviour: Behaviour = well
    closed: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, path: str) -> list[dict[str, Any]]:
        """The messages of one path."""
        with self.lock:
            return list(self.messages.get(path, ()))

    def subjects(self, path: str) -> list[str]:
        """The first lines of the messages of one path."""
        return [message["subject"] for message in self.at(path)]

    def wait(self, path: str, number: int = 1, limit_seconds: float = 60) -> list[dict[str, Any]]:
        """The messages of one path, once there are so many."""
        wait_until(lambda: len(self.at(path)) >= number, f"{number} messages for {path!r}", limit_seconds)
        return self.at(path)

    def answer_with(self, behaviour: Behaviour) -> None:
        """Behave like this from the next request on."""
        with self.lock:
            self.behaviour = behaviour

    def arrived(self, path: str) -> Answer:
        """Count a request; what it gets."""
        with self.lock:
            self.requests[path] += 1
            return self.behaviour(path)

    def took(self, path: str, message: dict[str, Any]) -> None:
        """Count a message whose 200 was written."""
        with self.lock:
            self.messages.setdefault(path, []).append(message)


@contextmanager
def receiver() -> Generator[Receiver, None, None]:
    """A receiver on a free port, closed at the end."""
    own = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """By HTTP/1.0 and without a length, an answer ends when the connection is closed.

        So a message is counted after its 200 was written, and before its sender knows that the answer is whole.
        """

        def do_POST(self) -> None:
            path = self.path.strip("/")
            message = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = own.arrived(path)
            if own.closed.wait(answer.after_seconds) or answer.status is None or _has_hung_up(self.connection):
                return
            with suppress(ConnectionError):
                self.send_response(answer.status)
                self.end_headers()
                if answer.status == 200:
                    own.took(path, message)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        own.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, args=(POLL_SECONDS,), daemon=True)
        thread.start()
        try:
            yield own
        finally:
            own.closed.set()
            http.shutdown()
            thread.join()


def _has_hung_up(connection: socket.socket) -> bool:
    """Whether the sender no longer waits for an answer."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@contextmanager
def webhook(api_url: str, port: int, name: str) -> Generator[str, None, None]:
    """A notification block of this name that posts to a path of this name; gives its reference, and removes it."""
    with temporary_settings({PREFECT_API_URL: api_url}):
        block = CustomWebhookNotificationBlock(
            name=name,
            url=f"http://127.0.0.1:{port}/{name}",
            json_data={"subject": "{{subject}}", "body": "{{body}}"},
            headers=None,
            cookies=None,
        )
        block.save(name, overwrite=True)
        yield f"custom-webhook/{name}"
        CustomWebhookNotificationBlock.delete(name)
