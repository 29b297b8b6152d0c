"""What a command costs that starts from nothing, as one does in a new container."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU, its children's too, and the peak memory of the largest of its processes."""

    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float


def cost_of(command: Sequence[str], code: Path, environment: Mapping[str, str]) -> Cost:
    """Run it to its end with the code of a checkout, and print what it said where it fails."""
    began = time.monotonic()
    with subprocess.Popen(command, cwd=code, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as own:
        said = own.stdout.read() if own.stdout else b""
        _, status, used = os.wait4(own.pid, 0)
        own.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    if own.returncode:
        raise SystemExit(
            f"{' '.join(command)} ended with the status {own.returncode}:\n{said.decode(errors='replace')}"
        )
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def surroundings(bytecode: Path, **settings: str) -> dict[str, str]:
    """An environment without anybody's Prefect in it; the bytecode is kept, as it is in the image."""
    foreign = ("PREFECT_", "LIFEGUARD_", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**own, "DO_NOT_TRACK": "1", "PYTHONPYCACHEPREFIX": str(bytecode), **settings}
