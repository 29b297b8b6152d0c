"""Where a process that runs for long reads the history: asked of the server until it has told, and then no more."""

from collections.abc import Generator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from lifeguard.commands.history_source import ASK_AGAIN_AFTER_SECONDS, HistorySource
from lifeguard.record.database import database_at
from tests import builders as b
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, anything, unavailable
from tests.record.kept import write


@pytest.fixture
def proxy(server: PrefectServer) -> Generator[Proxy, None, None]:
    with Proxy(server.api_url) as running, temporary_settings({PREFECT_API_URL: running.api_url}):
        yield running


def source(tmp_path: Path, clock: list[float]) -> HistorySource:
    """The source of a history that this machine names, by a clock of one number."""
    url = f"sqlite:///{tmp_path / 'history.db'}"
    write(database_at(url, "the test"), b.judgement(own=b.policy(server_name="here")), "a patrol")
    named = {"LIFEGUARD_DATABASE_URL": url, "LIFEGUARD_SERVER_NAME": "here", "LIFEGUARD_RETRY_ATTEMPTS": "0"}
    return HistorySource(named, 300.0, lambda: clock[0])


def test_what_the_server_has_told_is_not_asked_again(proxy: Proxy, tmp_path: Path) -> None:
    clock = [0.0]
    history = source(tmp_path, clock)
    assert history.standing().server == "here"
    asked, clock[0] = len(proxy.calls), 10 * ASK_AGAIN_AFTER_SECONDS
    history.standing()
    assert len(proxy.calls) == asked > 0


def test_what_it_could_not_tell_is_asked_once_a_minute_until_it_does(proxy: Proxy, tmp_path: Path) -> None:
    clock = [0.0]
    history = source(tmp_path, clock)

    def asked(at: float) -> int:
        clock[0] = at
        history.standing()
        return len(proxy.calls)

    proxy.fail(anything, unavailable())
    assert asked(0) == asked(ASK_AGAIN_AFTER_SECONDS - 1) < asked(ASK_AGAIN_AFTER_SECONDS)
    proxy.heal()
    assert 0 < asked(3 * ASK_AGAIN_AFTER_SECONDS) == asked(9 * ASK_AGAIN_AFTER_SECONDS)
