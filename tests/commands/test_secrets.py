"""The address of the history, with its password, reaches no output, no log, no artifact and no event of any command."""

from collections.abc import Generator

import pytest

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.patience import patient_client
from tests.postgres import PASSWORD, Postgres
from tests.prefect_server import free_port

SECRETS = (PASSWORD, "hunter2", "swordfish", "@127.0.0.1")
LOUD = {"PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG", "PREFECT_DEBUG_MODE": "true"}
WRITES, READS = (("patrol",),), (("db", "status"),)
ALL = (
    *WRITES,
    *READS,
    ("history",),
    ("incident", "1"),
    ("db", "upgrade"),
    ("db", "prune"),
    ("metrics", "--textfile", "x.prom"),
)
Commands = tuple[tuple[str, ...], ...]


def addresses(server: Postgres) -> dict[str, Commands]:
    """A history that works, and some that do not, each with a secret in its address, and what is tried with it."""
    return {
        server.url(): WRITES,
        server.url(password="hunter2"): ALL,
        server.url("atlantis"): READS,
        f"postgresql://bob:hunter2@127.0.0.1:{free_port()}/history": WRITES,
        "mysql://bob:hunter2@127.0.0.1/history": (*WRITES, *READS),
        "swordfish": READS,
        "postgresql://bob:hunter2@127.0.0.1:port/history?sslmode=swordfish": (*WRITES, *READS),
    }


@pytest.fixture
def said(estate: Estate, postgres_server: Postgres) -> Generator[list[str], None, None]:
    """Everything that was said of all these histories, and what the server keeps of it afterwards."""
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    spoken: list[str] = []
    for url, commands in addresses(postgres_server).items():
        for command in commands:
            ended = spoken_with(estate, url, *command)
            spoken += [ended.out, ended.err]
    yield [*spoken, *kept_by(estate.api_url)]


def spoken_with(estate: Estate, url: str, *command: str) -> Ended:
    return lifeguard(*command, api_url=estate.api_url, LIFEGUARD_DATABASE_URL=url, **LOUD)


def kept_by(api_url: str) -> list[str]:
    """What a server shows to everybody: logs, runs with their parameters and states, artifacts, events."""
    kinds = ("logs", "flow_runs", "task_runs", "artifacts", "events", "variables")
    with patient_client(api_url) as http:
        return [http.post(f"{kind}/filter", json={}).raise_for_status().text for kind in kinds]


@pytest.mark.timeout(600)
def test_no_command_tells_the_address_of_a_history_that_works_or_fails(said: list[str]) -> None:
    assert any("history-unavailable" in text for text in said)
    assert any("pool-no-workers" in text for text in said)
    assert [(secret, text[:200]) for secret in SECRETS for text in said if secret in text] == []
