"""Where pages arrive: a real HTTP server in this process, and a notification block on the Prefect server that posts to it."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.settings import PREFECT_API_URL, temporary_settings

from tests.estate import wait_until


@dataclass
class Receiver:
    """What was posted to each path, in the order of arrival."""

    port: int = 0
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])

    def at(self, path: str) -> list[dict[str, Any]]:
        """The messages of one path."""
        return list(self.messages.get(path, ()))

    def subjects(self, path: str) -> list[str]:
        """The first lines of the messages of one path."""
        return [message["subject"] for message in self.at(path)]

    def wait(self, path: str, number: int = 1, limit_seconds: float = 60) -> list[dict[str, Any]]:
        """The messages of one path, once there are so many."""
        wait_until(lambda: len(self.at(path)) >= number, f"{number} messages for {path!r}", limit_seconds)
        return self.at(path)


@contextmanager
def receiver() -> Generator[Receiver, None, None]:
    """A receiver on a free port, closed at the end."""
    own = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            own.messages.setdefault(self.path.strip("/"), []).append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        own.port = http.server_address[1]
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        try:
            yield own
        finally:
            http.shutdown()
            thread.join()


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
