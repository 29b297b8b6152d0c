"""The processes of the demo, in one temporary folder, and the certainty that none of either is left at the end.

A flow run's process leads a group of its own and outlives a worker that is killed (seen on 3.9.1), so groups do not find
it. Every process inherits a mark in its environment instead, and whatever carries the mark is killed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

MARK = "LIFEGUARD_DEMO"
GONE_WITHIN_SECONDS = 20.0
PROC = Path("/proc")
OWN_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}

PREFECT = """
import os, runpy, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
for name in os.environ.get("LIFEGUARD_DEMO_IMPORTS", "").split():
    __import__(name)
while not os.path.exists(os.environ.get("LIFEGUARD_DEMO_GATE", ".")):
    time.sleep(0.1)
runpy.run_module("prefect", run_name="__main__", alter_sys=True)
"""
"""`python -m prefect`, but a SIGINT that a background job inherits as ignored is heard again: a worker that ignores it
survives SIGTERM too. With a gate it imports what it is going to need, and then waits for that file to appear."""


class DemoFailed(Exception):
    """The demo cannot go on; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a process waits for before it does anything, and what it imports meanwhile."""

    path: Path
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A process with a name for people."""

    name: str
    log: Path
    popen: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def pid(self) -> int:
        """The number of the process, and of the group that it leads."""
        return self.popen.pid

    def kill(self) -> None:
        """End it as a crash would (SIGKILL), and it alone."""
        self.popen.kill()
        self.popen.wait()

    def check(self) -> None:
        """Raise `DemoFailed` when it has ended, with the last line that it wrote."""
        if self.popen.poll() is not None:
            raise DemoFailed(f"The {self.name} ended with status {self.popen.returncode}: {self._last_line()}.")

    def _last_line(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip().rstrip(".") if lines else "it wrote nothing"


class Processes:
    """Starts Prefect's commands in a temporary folder; on leaving, kills whatever they started and removes the folder."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="lifeguard-demo-")
        self.folder = Path(self._temporary.name).resolve()
        self.mark = f"{MARK}={self.folder}"
        self.started: list[Process] = []
        for name in ("home", "tmp"):
            (self.folder / name).mkdir()

    def __enter__(self) -> Self:
        """Nothing runs yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill everything and remove the folder, whatever happened."""
        try:
            self.kill_all()
        finally:
            self._temporary.cleanup()

    def start(self, name: str, *arguments: str, settings: Mapping[str, str], gate: Gate | None = None) -> Process:
        """Start `prefect` with these arguments and settings, and nothing of the user's own Prefect."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                [sys.executable, "-c", PREFECT, *arguments],
                env={**self._environment(), **settings, **_wait(gate)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = Process(name, log, popen)
        self.started.append(process)
        return process

    def _environment(self) -> dict[str, str]:
        """The caller's environment without Prefect's settings; files go where they are removed at the end."""
        inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("PREFECT_")}
        places = {"PREFECT_HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp")}
        return {**inherited, **OWN_SETTINGS, **places, MARK: str(self.folder)}

    def kill_all(self) -> None:
        """Kill until nothing with the mark is left: what a killed process had just started is found by the next round."""
        give_up_at = time.monotonic() + GONE_WITHIN_SECONDS
        while (found := self._alive()) and time.monotonic() < give_up_at:
            for pid in found:
                _kill(pid)
            time.sleep(0.05)
        for process in self.started:
            process.popen.wait()

    def _alive(self) -> set[int]:
        """What runs on: what was started, and what that started in turn."""
        own = {process.pid for process in self.started if process.popen.poll() is None}
        return own | set(_marked(self.mark) if PROC.is_dir() else _below({process.pid for process in self.started}))


def _wait(gate: Gate | None) -> dict[str, str]:
    return {"LIFEGUARD_DEMO_GATE": str(gate.path), "LIFEGUARD_DEMO_IMPORTS": " ".join(gate.imports)} if gate else {}


def _marked(mark: str) -> Iterator[int]:
    """The processes of this machine that inherited the mark; those of other users cannot be read and are not ours."""
    for entry in PROC.iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid() and _has_mark(entry, mark.encode()):
            yield int(entry.name)


def _has_mark(entry: Path, mark: bytes) -> bool:
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _below(roots: set[int]) -> Iterator[int]:
    """Where there is no /proc (macOS): the living descendants of what was started."""
    listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    family = set(roots)
    for _ in rows:
        born = {int(pid) for pid, parent, stat in rows if int(parent) in family and not stat.startswith("Z")} - family
        if not born:
            return
        family |= born
        yield from born


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
