"""One look in a process of its own, so that its CPU and memory are its own: `python -m benchmarks.patrol.alone`."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import anyio
from pydantic import TypeAdapter

from benchmarks.patrol.seen import Seen

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """What a look took where it ran: wall and CPU without its imports, memory at its peak with them.

    `began` is by `time.monotonic`, which is the same in all processes of a machine.
    """

    began: float
    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float
    seen: Seen


def cost_of(
    strategy: str,
    api_url: str,
    database_url: str,
    code: Path,
    more: Mapping[str, str],
    meanwhile: Callable[[], None],
) -> Cost:
    """Run one with the code of a checkout of this repository, and `more` in its environment.

    `meanwhile` is called again and again until it ends.
    """
    command = [sys.executable, "-m", "benchmarks.patrol.alone", strategy, api_url, database_url]
    settings = {"PREFECT_API_URL": api_url, "PREFECT_LOGGING_LEVEL": "ERROR", "PYTHONPATH": str(code)}
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, cwd=code, env={**os.environ, **settings, **more}, stdout=told)
        try:
            while process.poll() is None:
                meanwhile()
                time.sleep(POLL_SECONDS)
        finally:
            process.kill()
            process.wait()
        told.seek(0)
        answer = told.read()
    if process.returncode:
        raise SystemExit(f"the look '{strategy}' of {code} ended with the status {process.returncode}")
    return TypeAdapter(Cost).validate_json(answer)


def main(strategy: str, api_url: str, database_url: str) -> None:
    """Look, and print what it cost."""
    way = import_module(f"benchmarks.patrol.ways.{strategy}")
    began, before = time.monotonic(), _cpu_seconds()
    seen = anyio.run(way.see, api_url, database_url)
    wall, cpu = time.monotonic() - began, _cpu_seconds() - before
    sys.stdout.write(json.dumps(asdict(Cost(began, wall, cpu, _peak_megabytes(), seen))))


def _peak_megabytes() -> float:
    """Not `ru_maxrss`, which counts what the process that started this one had before."""
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:])
