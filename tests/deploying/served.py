"""`lifeguard up` as a process of its own, from a copy of this checkout whose patrols come every few seconds."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploying.checkout import copied_to, environment, python_without_ours
from tests.remembering import PATIENT, TELL_AT_ONCE

EVERY_MINUTE = '{cron: "* * * * *", timezone: UTC, slug: every-minute, active: true}'
ENDS_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Up:
    """A process that serves."""

    popen: "subprocess.Popen[bytes]"
    log: Path

    @property
    def lines(self) -> list[str]:
        """What it said so far."""
        return self.log.read_text(errors="replace").splitlines()

    def says(self, words: str) -> bool:
        """Whether one of its lines holds these words."""
        return any(words in line for line in self.lines)

    def stop(self) -> int:
        """End it as a service manager does; its status."""
        self.popen.terminate()
        return self.popen.wait(ENDS_WITHIN_SECONDS)


@contextmanager
def served(folder: Path, api_url: str, every_seconds: int) -> Generator[Up, None, None]:
    """One that runs, and whose history is a file of this folder."""
    often = f"{{interval: {every_seconds}, timezone: UTC, slug: every-minute, active: true}}"
    checkout = copied_to(folder / "checkout", {EVERY_MINUTE: often})
    own = {"LIFEGUARD_DATABASE_URL": f"sqlite:///{folder / 'history.db'}", "PYTHONPATH": str(checkout)}
    log = folder / "up.log"
    with log.open("wb") as output:
        popen = subprocess.Popen(
            [python_without_ours(folder / "python"), "-m", "lifeguard.cli", "up"],
            env=environment(api_url, folder / "home", **own, **PATIENT, **TELL_AT_ONCE),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Up(popen, log)
    finally:
        if popen.poll() is None:
            popen.terminate()
            try:
                popen.wait(ENDS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(popen.pid, 9)
                popen.wait()
