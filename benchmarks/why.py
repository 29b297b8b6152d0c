"""How long `lifeguard why` takes for a run that stands behind many others, on a real server: the whole command, and the look.

uv run python -m benchmarks.why [RUNS_BEFORE, in steps of 500] [TIMES]
"""

import statistics
import sys
import time
from collections.abc import Callable

from tests.commands.command_line import lifeguard
from tests.estate import Estate
from tests.prefect_server import prefect_server
from tests.why.asking import why

RUNS_BEFORE, BATCH, TIMES = 10_000, 500, 7


def fill(estate: Estate, runs_before: int) -> str:
    """A pool with a live worker whose only slot is taken, a line of overdue runs, and the last one in it."""
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    for batch in range(runs_before // BATCH):
        estate.overdue_runs(grind, BATCH, minutes=10 + batch)
    last = estate.overdue_run(grind, minutes=5)
    estate.worker("mill")
    estate.poll("mill")
    return last


def seconds_of(act: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def told(name: str, taken: list[float]) -> str:
    """Its shortest, its median and its longest."""
    return f"{name}: {min(taken):.2f} / {statistics.median(taken):.2f} / {max(taken):.2f} s (min / median / max)\n"


def main(runs_before: int = RUNS_BEFORE, times: int = TIMES) -> None:
    """Fill the server, and ask again and again, the command and the look in turn."""
    with prefect_server() as server, Estate(server.api_url) as estate:
        last = fill(estate, runs_before)
        place = f"{runs_before:,} due runs come before it"
        shown = lifeguard("why", last, api_url=server.api_url)
        sys.stdout.write(f"{shown.out}\n{'its place is told' if place in shown.out else 'its place is NOT told'}\n")
        commands, looks = list[float](), list[float]()
        for _ in range(times):
            commands.append(lifeguard("why", last, api_url=server.api_url).seconds)
            looks.append(seconds_of(lambda: why(estate, last)))
        sys.stdout.write(told("lifeguard why", commands) + told("the look alone", looks))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
