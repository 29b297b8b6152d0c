"""The script of `patrol_process`, started and spoken to."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).with_name("patrol_process.py")
ROOT = SCRIPT.parents[2]


@contextmanager
def patrol_processes(url: str, number: int, hang_in: str = "") -> Generator["subprocess.Popen[str]", None, None]:
    """So many processes that are ready to write a patrol each; none of them outlives the test."""
    environment = {**os.environ, "LIFEGUARD_HISTORY": url, "LIFEGUARD_HANG_IN": hang_in, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(number)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        try:
            assert [said(parent) for _ in range(number)] == ["ready"] * number
            yield parent
        finally:
            if parent.poll() is None:
                os.killpg(parent.pid, signal.SIGKILL)


def start(parent: "subprocess.Popen[str]") -> None:
    """Let all of them begin at the same moment."""
    assert parent.stdin is not None
    parent.stdin.close()


def said(parent: "subprocess.Popen[str]") -> str:
    """The next line that one of them says."""
    assert parent.stdout is not None
    return parent.stdout.readline().strip()
