"""`lifeguard metrics`, each in a process of its own, on a history that a patrol wrote."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx
import pytest

from lifeguard.record.database import database_at
from lifeguard.record.remember import remember
from tests import builders as b
from tests.commands.command_line import Ended, lifeguard, settings
from tests.estate import wait_until
from tests.metrics.otlp_receiver import receiving
from tests.prefect_server import PrefectServer, free_port
from tests.proxy import Proxy

NAME = "http://prefect.example/api"
ACTIVE = 'prefect_work_pool_workers_active{work_pool="etl"} 1.0'


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A history whose newest patrol was just now, and saw one staffed pool."""
    address = f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.db'}"
    now = (datetime.now(UTC) - b.NOW).total_seconds()
    look = b.judgement(at=now - 5, own=b.policy(server_name=NAME))
    anyio.run(remember, database_at(address, "the test"), look, "a patrol")
    return address


def asked(*arguments: str, url: str, api_url: str, **environment: str) -> Ended:
    named = {"LIFEGUARD_DATABASE_URL": url, "LIFEGUARD_SERVER_NAME": NAME, **environment}
    return lifeguard("metrics", *arguments, api_url=api_url, **named)


@contextmanager
def serving(url: str, api_url: str) -> Generator[tuple[str, "subprocess.Popen[str]"], None, None]:
    """The command on a free port, and the address of its page."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        named = {"LIFEGUARD_DATABASE_URL": url, "LIFEGUARD_SERVER_NAME": NAME, "PREFECT_HOME": home}
        command = [sys.executable, "-m", "lifeguard.cli", "metrics", "--port", str(port), "--address", "127.0.0.1"]
        process = subprocess.Popen(
            command, env={**settings(api_url), **named}, cwd=home, stderr=subprocess.PIPE, text=True
        )
        try:
            page = f"http://127.0.0.1:{port}/metrics"
            wait_until(lambda: answers(page), "the page answers")
            yield page, process
        finally:
            process.kill()
            process.communicate(timeout=60)


def answers(page: str) -> bool:
    try:
        return bool(httpx.get(page, trust_env=False, timeout=10).status_code)
    except httpx.HTTPError:
        return False


def test_a_scrape_is_whole_and_costs_the_prefect_api_nothing(server: PrefectServer, url: str) -> None:
    with Proxy(server.api_url) as proxy, serving(url, proxy.api_url) as (page, process):
        httpx.get(page, trust_env=False)
        before = len(proxy.calls)
        texts = [httpx.get(page, trust_env=False, timeout=10).text for _ in range(3)]
        assert [ACTIVE in text for text in texts] == [True] * 3
        assert len(proxy.calls) == before
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()) == (0, [f"Serving {page}; Ctrl-C ends it."])


def test_a_port_that_is_taken_is_one_sentence_and_status_2(server: PrefectServer, url: str) -> None:
    taken = server.api_url.rpartition(":")[2].partition("/")[0]
    ended = asked("--port", taken, "--address", "127.0.0.1", url=url, api_url=server.api_url)
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)
    assert ended.err.startswith(f"Port {taken} of 127.0.0.1 is taken by another process")


def test_the_textfile_is_written_whole_for_everybody_to_read(server: PrefectServer, url: str, tmp_path: Path) -> None:
    file = tmp_path / "lifeguard.prom"
    ended = asked("--textfile", str(file), url=url, api_url=server.api_url)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert ACTIVE in file.read_text() and os.stat(file).st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_history_the_textfile_says_just_that(server: PrefectServer, tmp_path: Path) -> None:
    file = tmp_path / "lifeguard.prom"
    file.write_text(ACTIVE)
    ended = asked("--textfile", str(file), url=f"sqlite:///{tmp_path}/none.db", api_url=server.api_url)
    assert (ended.status, len(ended.sentences)) == (2, 1)
    assert "prefect_lifeguard_up 0.0" in file.read_text() and ACTIVE not in file.read_text()


def test_by_hand_it_is_pushed_once(server: PrefectServer, url: str) -> None:
    with receiving() as receiver:
        named = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint}
        ended = asked("--push", url=url, api_url=server.api_url, **named)
        assert (ended.status, ended.err) == (0, "")
        ((_, point),) = receiver.points("prefect.work_pool.workers.active")
    assert point.as_double == 1


def test_without_an_endpoint_nothing_can_be_pushed(server: PrefectServer, url: str) -> None:
    ended = asked("--push", url=url, api_url=server.api_url)
    assert (ended.status, ended.err.startswith("--push needs to know where to")) == (2, True)
