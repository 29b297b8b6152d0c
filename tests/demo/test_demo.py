"""The demo, run for real: it shows what it has built, and leaves no process and no file, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

SAID = [
    "CRITICAL  run-orphaned-no-queue",
    "CRITICAL  pool-type-prefect-agent",
    "CRITICAL  push-pool-on-oss",
    "CRITICAL  pool-no-workers",
    "CRITICAL  queue-not-polled",
    "WARNING  pool-paused",
    "WARNING  limit-set-to-zero",
    "WARNING  pool-limit-saturated",
    "WARNING  deployment-limit-waiting",
]
BUILDING, CLEANING = "waiting until the server misses", "stopping all its processes"


@contextmanager
def demo(place: Path, *arguments: str) -> Generator[subprocess.Popen[str], None, None]:
    """The demo as a user starts it whose own Prefect points somewhere else; its files go to `place`."""
    environment = {
        **os.environ,
        "TMPDIR": str(place),
        "PREFECT_API_URL": "http://127.0.0.1:9/api",
        "PREFECT_HOME": "/x",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "lifeguard.cli", "demo", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], beginning: str) -> None:
    """Read what the demo tells on standard error up to a step that begins so."""
    assert process.stderr
    told: list[str] = []
    for line in process.stderr:
        told.append(line)
        if line.partition("s] ")[2].startswith(beginning):
            return
    raise AssertionError(f"it never told {beginning!r}:\n{''.join(told)}")


def left_behind(place: Path) -> list[str]:
    """Files of the demo, and processes whose environment names its folder."""
    named = f"={place}/lifeguard-demo-".encode()
    files = [path.name for path in place.iterdir()]
    return files + [entry.name for entry in Path("/proc").iterdir() if named in environment_of(entry)]


def environment_of(process: Path) -> bytes:
    """What /proc tells of a process; nothing for a file that is none, or for one that has just ended."""
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def remembered(output: str) -> list[str]:
    """The cause of each open incident that the history at its end shows: an id, a severity, a cause, and so on."""
    rows = [line.split() for line in output.partition("\nOpen\n")[2].partition("\n\n")[0].splitlines()]
    return [row[2] for row in rows if row[0].isdigit()]


@pytest.mark.timeout(240)
def test_the_demo_shows_what_it_has_built_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo(tmp_path, "--once") as process:
        output, steps = process.communicate()
    assert process.returncode == 0, output + steps
    assert [line for line in output.splitlines() if line.startswith(("CRITICAL", "WARNING", "INFO"))] == SAID
    assert "The overview in Prefect's own UI: http://127.0.0.1:" in output
    assert sorted(remembered(output)) == sorted(said.split()[1] for said in SAID)
    assert left_behind(tmp_path) == []


@pytest.mark.timeout(240)
def test_ctrl_c_while_runs_are_running_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        read_until(process, BUILDING)
        assert len(left_behind(tmp_path)) > 5
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1
    assert left_behind(tmp_path) == []


@pytest.mark.timeout(240)
def test_sigterm_while_the_server_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        read_until(process, "starting")
        began = time.monotonic()
        process.terminate()
        read_until(process, CLEANING)
        assert process.wait(60) == 1
    assert left_behind(tmp_path) == []
    assert time.monotonic() - began < 30
