"""An estate that is looked at for a while is as large and as sick as it was made: else a benchmark compares two estates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from prefect.server.database import orm_models as orm
from sqlalchemy import Row, create_engine, select

from benchmarks.estates.database import fill
from benchmarks.estates.life import Life
from benchmarks.estates.size import Size
from benchmarks.estates.taking import table

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTES = 8
ENDED = BEGAN + timedelta(minutes=MINUTES)
SIZE = Size(20, 40, 200, late=300, pending=60, running=40, future=200, completed=100)


@dataclass(frozen=True)
class Estate:
    """What a database held, by the tables' names."""

    rows: Mapping[str, list[Row[tuple[object, ...]]]]

    def states(self) -> dict[str, list[Row[tuple[object, ...]]]]:
        """The runs by the names of their states."""
        return {name: [run for run in self.rows["flow_run"] if run.state_name == name] for name in NAMES}

    def status(self, of: str, wanted: str) -> int:
        """How many of a table have this status."""
        return sum(row.status == wanted for row in self.rows[of])


NAMES = ("Late", "Pending", "Running", "Scheduled", "Completed")


def read(file: Path) -> Estate:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        models = (orm.FlowRun, orm.FlowRunState, orm.Worker, orm.WorkPool, orm.WorkQueue)
        found = {table(each).name: list(connection.execute(select(table(each))).all()) for each in models}
    engine.dispose()
    return Estate(found)


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Estate, Estate]:
    """The estate as it was made, and some minutes later."""
    file = tmp_path_factory.mktemp("estate") / "prefect.db"
    url = f"sqlite+aiosqlite:///{file}"
    anyio.run(fill, url, SIZE, BEGAN)
    made, life = read(file), Life(url, SIZE, BEGAN)
    for seconds in range(10, 60 * MINUTES + 1, 10):
        now = BEGAN + timedelta(seconds=seconds)
        life.live(now)
        life.beat(now)
    return made, read(file)


def test_as_many_runs_are_in_each_state_as_at_first(lives: tuple[Estate, Estate]) -> None:
    made, later = ({name: len(runs) for name, runs in each.states().items()} for each in lives)
    assert later == pytest.approx(made, abs=4)


def test_no_run_is_older_than_those_of_its_state_were(lives: tuple[Estate, Estate]) -> None:
    late = [ENDED - run.expected_start_time for run in lives[1].states()["Late"]]
    pending = [ENDED - run.state_timestamp for run in lives[1].states()["Pending"]]
    assert max(late) <= timedelta(minutes=181) and max(pending) <= timedelta(minutes=4)


def test_runs_of_pools_with_workers_do_not_wait_until_they_are_late(lives: tuple[Estate, Estate]) -> None:
    waiting = [ENDED - run.expected_start_time for run in lives[1].states()["Scheduled"]]
    assert max(waiting) < timedelta(seconds=15)


def test_every_run_points_to_the_state_that_it_is_in(lives: tuple[Estate, Estate]) -> None:
    states = {state.id: (state.flow_run_id, state.name) for state in lives[1].rows["flow_run_state"]}
    astray = [run.name for run in lives[1].rows["flow_run"] if states[run.state_id] != (run.id, run.state_name)]
    assert astray == []


def test_another_pool_is_without_its_workers_each_minute(lives: tuple[Estate, Estate]) -> None:
    made, later = lives
    gone = {row.id for row in made.rows["work_pool"] if row.status == "READY"} - {
        row.id for row in later.rows["work_pool"] if row.status == "READY"
    }
    assert len(gone) == 1 and later.status("worker", "OFFLINE") > made.status("worker", "OFFLINE")


def test_workers_that_live_are_heard_of_every_few_seconds(lives: tuple[Estate, Estate]) -> None:
    online = [worker for worker in lives[1].rows["worker"] if worker.status == "ONLINE"]
    assert online and {worker.last_heartbeat_time for worker in online} == {ENDED}
