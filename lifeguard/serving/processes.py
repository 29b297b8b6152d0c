"""The processes of the runs: each a Python of its own, started as Prefect's runner starts them, and none left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import anyio

from lifeguard.serving.claims import Run

STEP_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Child:
    """The process of one run; it leads a group of its own, so that Ctrl-C at a terminal does not reach it."""

    run: Run
    log: Path
    popen: "subprocess.Popen[bytes]"

    @property
    def has_ended(self) -> bool:
        """Whether it is gone."""
        return self.popen.poll() is not None

    def kill(self) -> None:
        """End it and what it started, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    @property
    def last_words(self) -> str:
        """How it ended, and the last line that it wrote."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        last = f": {lines[-1].strip()}" if lines else ""
        return f"Its process ended with status {self.popen.returncode}{last}"


class Children:
    """The processes that run now; what they write is kept until they have ended well."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="lifeguard-up-")
        self.alive: list[Child] = []

    def __enter__(self) -> Self:
        """None runs yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill those that still run, and remove what they wrote."""
        for child in self.alive:
            child.kill()
        self._folder.cleanup()

    @property
    def run_ids(self) -> set[str]:
        """The runs that have a process."""
        return {child.run.id for child in self.alive}

    def start(self, run: Run, environment: Mapping[str, str]) -> None:
        """Start the process of a run that was taken (`python -m prefect.engine`, as Prefect's own runner does in 3.9.1)."""
        log = Path(self._folder.name) / f"{run.id}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-m", "prefect.engine", run.id],
                env={**environment, "PREFECT__FLOW_RUN_ID": run.id},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.alive.append(Child(run, log, popen))

    def buried(self) -> list[Child]:
        """Those that have ended since it was last asked."""
        ended = [child for child in self.alive if child.has_ended]
        self.alive = [child for child in self.alive if child not in ended]
        return ended

    async def wait(self, seconds: float) -> None:
        """Wait until none runs any more, but not longer."""
        with anyio.move_on_after(seconds):
            while not all(child.has_ended for child in self.alive):
                await anyio.sleep(STEP_SECONDS)
