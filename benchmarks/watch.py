"""The real flow `patrol`, again and again by the clock, in a process of its own.

    uv run python -m benchmarks.watch 10

A patrol that takes longer lets the next times pass, as the deployment with its limit of one run does.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lifeguard.commands.patrol import run_patrol


@dataclass(frozen=True, slots=True)
class Patrol:
    """When one began, in seconds of the epoch, how long it took, and the status that it ended with."""

    began: float
    seconds: float
    status: int


def patrols_of(output: Path) -> list[Patrol]:
    """What the process wrote, one line for each."""
    rows = (line.split() for line in output.read_text().splitlines())
    return [Patrol(float(began), float(seconds), int(status)) for began, seconds, status in rows]


def watch(every_seconds: float) -> None:
    """Patrol until somebody ends this process."""
    due = time.time()
    while True:
        time.sleep(max(0.0, due - time.time()))
        began = time.time()
        status = run_patrol((), None)
        print(began, time.time() - began, int(status), flush=True)
        due += every_seconds * ((time.time() - due) // every_seconds + 1)


if __name__ == "__main__":
    watch(float(sys.argv[1]))
