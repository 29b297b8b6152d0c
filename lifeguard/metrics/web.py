"""The page `/metrics` for Prometheus, and a small one at `/` for people.

Where the history cannot be read the answer is 503 with the reason: then Prometheus calls the target down, every series ends at
once, and the alert that everybody has (`up == 0`) fires. A page without its series would look like health.
"""

import gzip
import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from prometheus_client.exposition import choose_encoder, gzip_accepted

from lifeguard.configuration import ConfigurationError
from lifeguard.metrics.exposition import as_text
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.standing import Standing

QUICK_GZIP = 1
"""7.1 MB of 2,000 pools become 0.35 MB in 13 ms; level 9, which `prometheus_client` takes, makes 0.30 MB in 190 ms."""
TEXT = "text/plain; charset=utf-8"
INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>prefect-lifeguard</title>
<h1>prefect-lifeguard</h1>
<p>Work pools of Prefect, their workers and their waiting runs, read from the history that patrols write.</p>
<p><a href="/metrics">/metrics</a> is for Prometheus; asking for it costs the Prefect API nothing.</p></html>
"""

Read = Callable[[], Standing]
Headers = list[tuple[str, str]]
logger = logging.getLogger(__name__)


def web_app(read: Read) -> WSGIApplication:
    """The pages as a WSGI application; `read` is called once for each scrape, also by many threads at once."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers, body = _answer(environ, read)
        start_response(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return app


def _answer(environ: Mapping[str, Any], read: Read) -> tuple[HTTPStatus, Headers, bytes]:
    path = environ.get("PATH_INFO") or "/"
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return HTTPStatus.METHOD_NOT_ALLOWED, [("Allow", "GET, HEAD"), ("Content-Type", TEXT)], b"Ask with GET.\n"
    if path == "/metrics":
        return _metrics(environ, read)
    if path == "/":
        return HTTPStatus.OK, [("Content-Type", "text/html; charset=utf-8")], INDEX.encode()
    return HTTPStatus.NOT_FOUND, [("Content-Type", TEXT)], b"There is only / and /metrics.\n"


def _metrics(environ: Mapping[str, Any], read: Read) -> tuple[HTTPStatus, Headers, bytes]:
    """In the format and the encoding that were asked for, as `prometheus_client` understands what is asked."""
    try:
        standing = read()
    except (HistoryUnavailable, ConfigurationError) as trouble:
        return HTTPStatus.SERVICE_UNAVAILABLE, [("Content-Type", TEXT)], f"{trouble}\n".encode()
    except Exception as error:
        logger.exception("a scrape failed")
        sentence = f"Lifeguard failed to read the history ({type(error).__name__}): report it with this name.\n"
        return HTTPStatus.INTERNAL_SERVER_ERROR, [("Content-Type", TEXT)], sentence.encode()
    _, content_type = choose_encoder(environ.get("HTTP_ACCEPT", ""))
    is_openmetrics = content_type.startswith("application/openmetrics-text")
    headers, body = [("Content-Type", content_type)], as_text(standing, is_openmetrics=is_openmetrics)
    if gzip_accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
        headers, body = [*headers, ("Content-Encoding", "gzip")], gzip.compress(body, QUICK_GZIP)
    return HTTPStatus.OK, [*headers, ("Vary", "Accept, Accept-Encoding")], body
