"""The fixtures that every test may use: real Prefect servers, started when first asked for, and an estate on one of them."""

import os
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import anyio
import pytest
from hypothesis import settings

from lifeguard.record.database import Database, database_at
from tests.estate import Estate
from tests.postgres import Postgres, postgres
from tests.prefect_server import PrefectServer, prefect_server

OLD_PREFECT = "LIFEGUARD_TEST_OLD_PREFECT"

# An example that a busy machine keeps for a moment is no failure.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")


SLOWEST_FIRST = (
    "test_healthy_day",
    "test_end_to_end",
    "test_silence",
    "test_up",
    "test_slow_patrols",
    "test_deploy_all",
    "test_install",
    "test_artifacts_in_the_ui",
    "test_patrol_memory",
    "test_served_process_gone",
    "test_page_undelivered",
    "test_triggers_stalled",
    "test_real_workers",
    "test_secrets",
    "test_demo",
    "test_patrol_killed",
    "test_page_test",
    "test_arm",
    "test_patrol",
    "test_rounds",
)
"""Files that take minutes; at the end, one of the processes would do nothing but wait for them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first; the others stay in the order that they have."""
    items.sort(key=lambda item: SLOWEST_FIRST.index(item.path.stem) if item.path.stem in SLOWEST_FIRST else 99)


@pytest.fixture(autouse=True)
def nothing_of_prefect_goes_on() -> Generator[None, None, None]:
    """Prefect's client leaves a thread that sends events, draws random numbers, and changes what other tests look at."""
    yield
    worker = sys.modules.get("prefect.events.worker")
    if worker:
        in_a_thread(partial(worker.EventsWorker.drain_all, timeout=5))


def in_a_thread(act: Callable[[], object]) -> None:
    """Do it where no event loop runs: a test in a browser has one, in which Prefect only promises to do it."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(act).result()


@pytest.fixture(scope="session")
def server() -> Generator[PrefectServer, None, None]:
    """One server of the Prefect that is installed here, with its default settings, for all tests."""
    with prefect_server() as running:
        yield running


@pytest.fixture(scope="session")
def old_server() -> Generator[PrefectServer, None, None]:
    """One server of Prefect 3.8.8 from its own environment, for all tests; without that environment they are skipped."""
    executable = os.environ.get(OLD_PREFECT)
    if not executable:
        pytest.skip(f"{OLD_PREFECT} does not name the executable of Prefect 3.8.8")
    with prefect_server(executable=Path(executable)) as running:
        yield running


@pytest.fixture(scope="session", params=["server", pytest.param("old_server", marks=pytest.mark.old_server)])
def either_server(request: pytest.FixtureRequest) -> PrefectServer:
    """The server and then the old one, so that a test is written once and runs against both."""
    chosen: PrefectServer = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def estate(server: PrefectServer) -> Generator[Estate, None, None]:
    """An empty estate on the installed Prefect; whatever is in it is deleted after the test."""
    with Estate(server.api_url) as built:
        built.raze()
        try:
            yield built
        finally:
            built.raze()


@pytest.fixture(scope="session")
def postgres_server() -> Generator[Postgres, None, None]:
    """One PostgreSQL for all tests of a process; each takes a database of its own."""
    with postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database, once of each kind, so that a test is written once and runs on both."""
    if request.param == "sqlite":
        return database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")
    running: Postgres = request.getfixturevalue("postgres_server")
    return database_at(anyio.run(running.new_database), "the test")
