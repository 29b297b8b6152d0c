"""A patrol that is killed at any moment leaves a ledger that the next patrol makes whole."""

import random
import time
from pathlib import Path

import pytest

from tests.commands.command_line import settings
from tests.estate import Estate
from tests.flows.ledger import Entry, ledger
from tests.flows.patrol_process import started
from tests.remembering import TELL_AT_ONCE, kept

TRIALS = 20
WHOLE_LIFE_SECONDS = 60.0


@pytest.fixture
def troubled(estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """An estate with several incidents in it, and an environment in which a patrol looks at it."""
    for number in range(5):
        pool = estate.pool(f"mill-{number}")
        estate.overdue_run(estate.deployment(f"grind-{number}", pool))
    for name, value in {**settings(estate.api_url), **TELL_AT_ONCE, "PREFECT_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return estate


def lived(url: str, seconds: float) -> float:
    """Start a patrol and end it after so many seconds with SIGKILL; how long it lived."""
    began = time.monotonic()
    patrol = started(url)
    patrol.join(seconds)
    patrol.kill()
    patrol.join()
    return time.monotonic() - began


def after_a_patrol(estate: Estate, folder: Path, url: str) -> list[Entry]:
    kept(estate, folder, {"LIFEGUARD_DATABASE_URL": url})
    return ledger(url)


@pytest.mark.timeout(400)
def test_the_ledger_after_a_killed_patrol_equals_that_of_an_undisturbed_one(troubled: Estate, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/first.db", f"sqlite:///{tmp_path}/whole.db"):
        whole = lived(url, WHOLE_LIFE_SECONDS)
        assert len(ledger(url)) == 5
    undisturbed = after_a_patrol(troubled, tmp_path, f"sqlite:///{tmp_path}/undisturbed.db")
    different: dict[float, list[Entry]] = {}
    for number in range(TRIALS):
        url, moment = f"sqlite:///{tmp_path}/killed-{number}.db", random.uniform(0.0, whole)
        lived(url, moment)
        found = after_a_patrol(troubled, tmp_path, url)
        different |= {moment: found} if found != undisturbed else {}
    assert (len(undisturbed), different) == (5, {})
