"""A database, or the process that writes to it, ends in the middle of a transaction: nothing of it is there afterwards."""

import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio import to_thread

from lifeguard.judgement import Judgement
from lifeguard.record import remember as remembering
from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import HistoryUnavailable
from tests.builders import finding, judgement, pool, snapshot
from tests.postgres import Postgres, postgres
from tests.record.kept import everything, told, write
from tests.record.processes import patrol_processes, said, start

STEPS = ("forget", "write", "tell", "write_readings")
POOLS = [f"pool-{number}" for number in range(40)]


def look(at: float = 0, pools: list[str] | None = None) -> Judgement:
    """A look at many pools on which nobody works."""
    names = pools or POOLS[:1]
    estate = snapshot(pools=[pool(name) for name in names], workers=[])
    return judgement(estate, at=at, findings=[finding(pool=name) for name in names])


@pytest.fixture(scope="module")
def mortal() -> Generator[Postgres, None, None]:
    """A PostgreSQL that may be killed."""
    with postgres() as running:
        yield running


def kill_after(step: str, running: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once this step of a transaction is done and nothing is committed, end the server with SIGKILL."""
    real = getattr(remembering, step)

    async def done_and_killed(*arguments: Any) -> None:
        await real(*arguments)
        await to_thread.run_sync(running.kill)

    monkeypatch.setattr(remembering, step, done_and_killed)


@pytest.mark.parametrize("step", STEPS)
def test_nothing_remains_of_a_patrol_in_which_postgresql_was_killed(
    mortal: Postgres, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(anyio.run(mortal.new_database), "the test")
    write(database, look(), "before")
    before = everything(database)
    with monkeypatch.context() as during:
        kill_after(step, mortal, during)
        with pytest.raises(HistoryUnavailable):
            write(database, look(60, POOLS), "killed")
    mortal.start()
    assert everything(database) == before


def test_the_patrol_after_a_kill_of_postgresql_writes_what_the_killed_one_found(
    mortal: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(anyio.run(mortal.new_database), "the test")
    write(database, look(), "before")
    with monkeypatch.context() as during:
        kill_after("tell", mortal, during)
        with pytest.raises(HistoryUnavailable):
            write(database, look(60, POOLS), "killed")
    mortal.start()
    changes = write(database, look(120, POOLS), "after")
    assert (len(changes.opened), len(changes.still_open)) == (len(POOLS) - 1, 1)


def test_a_postgresql_that_is_killed_is_named_without_its_address(
    mortal: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(anyio.run(mortal.new_database), "the test")
    with monkeypatch.context() as during:
        kill_after("tell", mortal, during)
        with pytest.raises(HistoryUnavailable) as refusal:
            write(database, look(), "killed")
    mortal.start()
    assert str(refusal.value) == (
        "The history in PostgreSQL (the test) cannot be used: the connection broke; "
        "look at the database's log; the next patrol writes what this one found."
    )


def killed_in(step: str, file: Path) -> Database:
    """The history of a process that was killed in this step, after one patrol that was written."""
    database = database_at(f"sqlite:///{file}", "the test")
    write(database, look(-60), "before")
    with patrol_processes(f"sqlite:///{file}", 1, hang_in=step) as parent:
        start(parent)
        assert said(parent) == "inside"
        os.killpg(parent.pid, signal.SIGKILL)
    return database


def test_nothing_remains_of_a_process_that_was_killed_while_it_wrote_to_sqlite(tmp_path: Path) -> None:
    untouched = database_at(f"sqlite:///{tmp_path / 'untouched.db'}", "the test")
    write(untouched, look(-60), "before")
    assert everything(killed_in("write_readings", tmp_path / "history.db")) == everything(untouched)


def test_the_patrol_after_a_killed_one_goes_on_with_the_sqlite_file(tmp_path: Path) -> None:
    database = killed_in("tell", tmp_path / "history.db")
    assert told(write(database, look(), "after")) == {
        "still_open": [("pool-no-workers:work-pool:pool-pool-0", "critical")]
    }
