"""What the flow `patrol` remembers, and how it goes on where it cannot: run for real, as a process of its own."""

from pathlib import Path

import pytest

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.flows.ledger import ledger
from tests.postgres import Postgres, postgres
from tests.remembering import TELL_AT_ONCE

MILL = "Work pool 'mill' has no live worker"
SLOWER_AT_MOST_SECONDS = 10.0


@pytest.fixture
def mill(estate: Estate) -> Estate:
    """An estate with one pool that nobody works on."""
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    return estate


def patrol(estate: Estate, url: str) -> Ended:
    return lifeguard("patrol", api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url, **TELL_AT_ONCE)


def told(ended: Ended) -> list[str]:
    """The codes that the run's log tells, in their order."""
    lines = [line.partition(" - ")[2] for line in ended.err.splitlines() if "Task run 'report" in line]
    return [line.partition(":")[0] for line in lines if line.split(":")[0].replace("-", "").isalpha() and "-" in line]


def test_two_patrols_make_one_incident(mill: Estate, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/history.db"
    first, second = patrol(mill, url), patrol(mill, url)
    assert "incidents: 1 opened, 0 escalated, 0 resolved, 0 still open" in first.err
    assert "incidents: 0 opened, 0 escalated, 0 resolved, 1 still open" in second.err
    assert [incident.kinds for incident in ledger(url)] == [("opened",)]


def test_without_any_setting_it_remembers_in_a_file_under_the_home_of_prefect(mill: Estate, tmp_path: Path) -> None:
    ended = lifeguard("patrol", api_url=mill.api_url, PREFECT_HOME=str(tmp_path), **TELL_AT_ONCE)
    assert ended.status == 1
    assert len(ledger(f"sqlite:///{tmp_path}/lifeguard/history.db")) == 1


def test_when_postgresql_stops_it_finds_the_same_and_says_so_in_time(mill: Estate) -> None:
    with postgres() as server:
        well = patrol(mill, server.url())
        server.stop()
        ended = patrol(mill, server.url())
    assert (told(well), told(ended)) == (["pool-no-workers"], ["pool-no-workers", "history-unavailable"])
    assert MILL in ended.err and ended.seconds < well.seconds + SLOWER_AT_MOST_SECONDS


def test_when_postgresql_is_back_the_incident_goes_on(mill: Estate) -> None:
    with postgres() as server:
        patrol(mill, server.url())
        server.kill()
        patrol(mill, server.url())
        server.start()
        ended = patrol(mill, server.url())
        assert "0 opened, 0 escalated, 0 resolved, 1 still open" in ended.err
        assert [incident.kinds for incident in ledger(server.url())] == [("opened",)]


def test_a_broken_history_makes_the_run_degraded_and_not_failed(estate: Estate, postgres_server: Postgres) -> None:
    ended = patrol(estate, postgres_server.url("atlantis"))
    assert (ended.status, told(ended)) == (1, ["history-unavailable"])
