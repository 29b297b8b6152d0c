"""worker-alive-not-polling: a worker that served its pool still sends heartbeats, and asks for nothing."""

import sqlite3
from collections.abc import Generator
from contextlib import closing

import pytest

from tests.estate import Estate, Said
from tests.prefect_server import PrefectServer


@pytest.fixture
def mill(estate: Estate, either_server: PrefectServer) -> Generator[str, None, None]:
    """A pool whose worker came ten minutes ago, which no API can pretend, and polled until three minutes ago."""
    estate.staffed_pool("mill")
    estate.last_polled("mill", "default", seconds_ago=180)
    with closing(sqlite3.connect(either_server.home / "prefect.db", timeout=30)) as database, database:
        database.execute("UPDATE worker SET created = datetime('now', '-10 minutes') || '.000000' WHERE name = 'ann'")
        database.execute("UPDATE work_queue SET status = 'NOT_READY' WHERE last_polled < datetime('now', '-2 minutes')")
    yield "mill"


def test_a_worker_whose_polling_hangs_is_critical_once_a_run_is_overdue(estate: Estate, mill: str) -> None:
    estate.overdue_run(estate.deployment("grind", mill))
    report = estate.look()
    assert report.said == {Said("worker-alive-not-polling", "critical", "work-pool", "mill", 1)}
    assert "Worker 'ann'" in report.the("worker-alive-not-polling").title


def test_a_worker_without_work_is_not_accused(estate: Estate, mill: str) -> None:
    assert estate.said() == set()


def test_a_worker_that_asks_again_is_well(estate: Estate, mill: str) -> None:
    estate.poll(mill)
    estate.overdue_run(estate.deployment("grind", mill), minutes=0.5)
    assert estate.said() == set()
