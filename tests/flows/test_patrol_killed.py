"""A patrol that is killed at any moment leaves a ledger that the next patrol makes whole."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.command_line import settings
from tests.estate import Estate
from tests.flows.ledger import Entry, ledger
from tests.remembering import TELL_AT_ONCE, kept

TRIALS = 20
WHOLE_LIFE_SECONDS = 60.0


@pytest.fixture
def troubled(estate: Estate) -> Estate:
    """An estate with several incidents in it."""
    for number in range(5):
        pool = estate.pool(f"mill-{number}")
        estate.overdue_run(estate.deployment(f"grind-{number}", pool))
    return estate


def lived(estate: Estate, home: Path, url: str, seconds: float) -> float:
    """Start a patrol and end it after so many seconds with SIGKILL, with all its processes; how long it lived."""
    environment = settings(estate.api_url) | {"PREFECT_HOME": str(home), "LIFEGUARD_DATABASE_URL": url, **TELL_AT_ONCE}
    command = [sys.executable, "-m", "lifeguard.cli", "patrol"]
    silent = subprocess.DEVNULL
    began = time.monotonic()
    patrol = subprocess.Popen(command, env=environment, stdout=silent, stderr=silent, start_new_session=True)
    try:
        patrol.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(patrol.pid, signal.SIGKILL)
        patrol.wait()
    return time.monotonic() - began


def after_a_patrol(estate: Estate, folder: Path, url: str) -> list[Entry]:
    kept(estate, folder, {"LIFEGUARD_DATABASE_URL": url})
    return ledger(url)


@pytest.mark.timeout(400)
def test_the_ledger_after_a_killed_patrol_equals_that_of_an_undisturbed_one(troubled: Estate, tmp_path: Path) -> None:
    whole = lived(troubled, tmp_path, f"sqlite:///{tmp_path}/whole.db", WHOLE_LIFE_SECONDS)
    undisturbed = after_a_patrol(troubled, tmp_path, f"sqlite:///{tmp_path}/undisturbed.db")
    different: dict[float, list[Entry]] = {}
    for number in range(TRIALS):
        url, moment = f"sqlite:///{tmp_path}/killed-{number}.db", random.uniform(0.0, whole)
        lived(troubled, tmp_path, url, moment)
        found = after_a_patrol(troubled, tmp_path, url)
        different |= {moment: found} if found != undisturbed else {}
    assert (len(undisturbed), different) == (5, {})
