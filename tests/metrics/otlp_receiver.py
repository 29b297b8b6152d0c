"""A receiver of OTLP over HTTP, which decodes what it gets with OpenTelemetry's own messages."""

import gzip
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest


@dataclass
class Receiver:
    """What came in, and with what status it answers."""

    status: int = 200
    port: int = 0
    requests: list[ExportMetricsServiceRequest] = field(default_factory=list[ExportMetricsServiceRequest])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    paths: list[str] = field(default_factory=list[str])

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def resource(self) -> dict[str, str]:
        """The attributes of the resource of the last request."""
        attributes = self.requests[-1].resource_metrics[0].resource.attributes
        return {each.key: each.value.string_value for each in attributes}

    def points(self, name: str) -> list[tuple[dict[str, str], Any]]:
        """The points of one metric in the last request: their attributes, and the decoded point."""
        scopes = self.requests[-1].resource_metrics[0].scope_metrics
        (metric,) = (each for scope in scopes for each in scope.metrics if each.name == name)
        data = metric.histogram if metric.HasField("histogram") else metric.gauge
        return [({each.key: each.value.string_value for each in p.attributes}, p) for p in data.data_points]


@contextmanager
def receiving(status: int = 200) -> Generator[Receiver, None, None]:
    """A receiver on a free port, until the block ends."""
    receiver = Receiver(status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            receiver.requests.append(ExportMetricsServiceRequest.FromString(body))
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            receiver.paths.append(self.path)
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
