"""The pages over HTTP, on a real port: formats, encodings, many at once, and what is answered when nothing is known."""

import gzip
import logging
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.metrics.exposition import as_text
from lifeguard.metrics.listening import listening
from lifeguard.metrics.web import web_app
from lifeguard.record.failures import AWAY, HistoryUnavailable
from lifeguard.standing import Standing
from tests.metrics.oracle import READ
from tests.metrics.standings import standing

PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.4,*/*;q=0.2"
AT_ONCE = 20


@contextmanager
def served(read: Callable[[], Standing] = standing) -> Generator[httpx.Client, None, None]:
    with listening(web_app(read), "127.0.0.1", 0) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield http


def failing(error: Exception) -> Callable[[], Standing]:
    def read() -> Standing:
        raise error

    return read


def test_prometheus_gets_openmetrics_and_others_the_older_text() -> None:
    with served() as http:
        openmetrics = http.get("/metrics", headers={"Accept": PROMETHEUS})
        text = http.get("/metrics")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert list(READ(openmetrics.text))
    assert (text.headers["content-type"][:25], text.content) == ("text/plain; version=0.0.4", as_text(standing()))


def test_it_is_compressed_only_where_that_is_asked_for() -> None:
    with served() as http:
        plain = http.get("/metrics", headers={"Accept-Encoding": "identity"})
        with http.stream("GET", "/metrics", headers={"Accept-Encoding": "gzip"}) as answer:
            raw = b"".join(answer.iter_raw())
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content


def test_many_scrapes_at_once_get_the_same() -> None:
    with served() as http, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(http.get, ["/metrics"] * AT_ONCE))
    assert {answer.content for answer in answers} == {as_text(standing())}


def test_a_history_that_cannot_be_read_is_no_page_without_series() -> None:
    with served(failing(HistoryUnavailable("PostgreSQL (the test)", AWAY))) as http:
        answer = http.get("/metrics")
    assert (answer.status_code, "prefect_" in answer.text) == (503, False)
    assert answer.text.startswith(
        "The history in PostgreSQL (the test) cannot be used: nothing answers at its address;"
    )


def test_a_failure_of_ours_is_no_page_without_series_either(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    with served(failing(KeyError("postgresql://bob:hunter2@h/d"))) as http:
        answer = http.get("/metrics")
    assert (answer.status_code, "KeyError" in answer.text, "hunter2" in answer.text) == (500, True, False)


def test_after_a_failure_the_next_scrape_is_whole() -> None:
    answers = iter([HistoryUnavailable("x", AWAY), None])

    def read() -> Standing:
        error = next(answers)
        if error:
            raise error
        return standing()

    with served(read) as http:
        assert [http.get("/metrics").status_code for _ in range(2)] == [503, 200]


def test_the_index_leads_to_the_metrics_and_asks_for_nothing() -> None:
    with served(failing(AssertionError("it was read"))) as http:
        index = http.get("/")
    assert (index.status_code, '<a href="/metrics">' in index.text) == (200, True)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/other", 404), ("POST", "/metrics", 405), ("HEAD", "/metrics", 200)]
)
def test_what_else_may_be_asked(method: str, path: str, status: int) -> None:
    with served() as http:
        answer = http.request(method, path)
    assert (answer.status_code, method == "HEAD" and bool(answer.content)) == (status, False)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with (
        served() as http,
        pytest.raises(ConfigurationError, match=r"Port \d+ of 127\.0\.0\.1 is taken by another process: .*--port"),
        listening(web_app(standing), "127.0.0.1", http.base_url.port or 0),
    ):
        pass


def test_an_address_of_another_machine_is_one_sentence() -> None:
    with (
        pytest.raises(ConfigurationError, match=r"--address is '192\.0\.2\.1', which is no address of this machine"),
        listening(web_app(standing), "192.0.2.1", 0),
    ):
        pass
