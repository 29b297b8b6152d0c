"""What is imported before it is needed: nothing that is heavy. A patrol on a push pool is a fresh process each minute."""

import subprocess
import sys
from pathlib import Path

import anyio
import pytest

from lifeguard.record.database import database_at, upgrade
from tests.commands.command_line import settings
from tests.estate import Estate

LATER = {
    "alembic": "only where the tables are older than this version",
    "mako": "of alembic",
    "asyncpg": "only where the history is in PostgreSQL",
    "matplotlib": "only where a chart is drawn",
    "requests": "only where metrics are pushed",
    "opentelemetry.sdk": "only where metrics are pushed",
    "cyclopts": "of the command line",
    "kubernetes_asyncio": "only where a cluster is asked",
    "prefect.server": "of the server",
    "fastapi": "of the server",
}
"""What a patrol does not need to begin, and when it does."""

OF_HELP = (*LATER.keys() - {"cyclopts"}, "prefect", "sqlalchemy", "sqlmodel", "pydantic", "httpx", "anyio", "yaml")
"""What no word of help and no refusal needs."""

PATROL = "import flows.patrol"
WHOLE_PATROL = "import anyio\nfrom flows.patrol import patrol\nanyio.run(patrol)"
OF_PREFECT = {"fastapi"}
"""What Prefect imports for the parameters of a flow that nobody scheduled."""
HELP = "from lifeguard.cli import app; app('--help', result_action='return_value')"
REFUSAL = "from lifeguard.cli import main\ntry: main(['chekc'])\nexcept SystemExit: pass"


def imported_by(statement: str, api_url: str | None = None, **environment: str) -> set[str]:
    """Every module that a fresh interpreter has after it, printed on its last line."""
    command = [sys.executable, "-c", f"import sys\n{statement}\nprint(*sys.modules)"]
    own = settings(api_url) | environment
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def of_the_patrol() -> set[str]:
    return imported_by(PATROL)


@pytest.mark.parametrize("module", LATER)
def test_a_patrol_begins_without(module: str, of_the_patrol: set[str]) -> None:
    assert module not in of_the_patrol, f"{module} is needed {LATER[module]}"


@pytest.mark.parametrize("statement", [HELP, REFUSAL], ids=["help", "a refusal"])
def test_the_command_line_speaks_without_anything_heavy(statement: str) -> None:
    assert imported_by(statement) & set(OF_HELP) == set()


def test_a_whole_patrol_of_an_estate_in_order_needs_none_of_it_either(estate: Estate, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/history.db"
    anyio.run(upgrade, database_at(url, "the test"))
    found = imported_by(WHOLE_PATROL, estate.api_url, LIFEGUARD_DATABASE_URL=url, PREFECT_HOME=str(tmp_path))
    assert "aiosqlite" in found
    assert found & (LATER.keys() - OF_PREFECT) == set()
