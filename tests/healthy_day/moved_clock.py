"""A wall clock that tests move: for a Prefect server, its SQLite and for those who ask it, as processes see it."""

import shutil
import struct
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")
FILE_VARIABLE = "MOVED_CLOCK"


def compiler() -> str | None:
    """What can build the clock, if anything can."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("tcc")


@dataclass(frozen=True, slots=True)
class MovedClock:
    """How many seconds the clock is ahead stands in `file`; processes see it with `environment` alone."""

    library: Path
    file: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in order to live by this clock."""
        return {"LD_PRELOAD": str(self.library), FILE_VARIABLE: str(self.file)}

    def move_to(self, seconds: int) -> None:
        """Let it be so far ahead of the real time, from now on and for everybody."""
        with self.file.open("r+b") as file:
            file.write(struct.pack("q", seconds))


def moved_clock(directory: Path, built_with: str) -> MovedClock:
    """A clock that is not ahead yet; what belongs to it lies in this directory."""
    library, file = directory / "clock.so", directory / "ahead"
    subprocess.run([built_with, "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
    file.write_bytes(struct.pack("q", 0))
    return MovedClock(library, file)
