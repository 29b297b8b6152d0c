"""What one look costs at a server of 20, 200 or 2,000 pools, beside Prefect's client and SQL in the server's own database.

uv run python -m benchmarks.patrol --help
"""

import os
import signal
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import anyio
from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.estates.database import fill
from benchmarks.estates.size import SIZES
from benchmarks.patrol.rounds import Place, Round, rounds
from benchmarks.patrol.tables import acceptance, costs, endpoints
from tests.prefect_server import prefect_server

CORES = 2
WAYS = ("look", "paced", "naive", "sql")
HERE = Path(__file__).parents[2]
BEFORE = "look, before"

app = App(name="python -m benchmarks.patrol", help=__doc__, version_flags=())


@app.default
def main(
    pools: Literal[20, 200, 2000],
    *,
    times: Annotated[int, Parameter(help="How often each look is taken, in turn.", name="--rounds")] = 3,
    only: Annotated[
        list[Literal["look", "paced", "naive", "sql"]] | None, Parameter(help="Leave out the others.", negative=())
    ] = None,
    before: Annotated[
        Path | None, Parameter(help="Another checkout of this repository, whose look is measured beside.")
    ] = None,
    database_url: Annotated[
        str | None, Parameter(help="An empty PostgreSQL for the server (postgresql+asyncpg://…); SQLite without it.")
    ] = None,
) -> None:
    """Fill a server, start it with its services off on two cores, look at it in turn, and print what each look cost.

    At 2,000 pools a round takes ten minutes and more. The CPU of PostgreSQL itself is not counted.
    """
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the server ends with us
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="lg-patrol-") as folder:
        url = database_url or f"sqlite+aiosqlite:///{folder}/prefect.db"
        anyio.run(fill, url, SIZES[pools], datetime.now(UTC))
        wanted = {name: (name, HERE) for name in WAYS if not only or name in only}
        if before:
            wanted[BEFORE] = ("look", before.resolve())
        _show(pools, _measured(url, wanted, times))


def _measured(url: str, wanted: dict[str, tuple[str, Path]], times: int) -> dict[str, list[Round]]:
    found: dict[str, list[Round]] = defaultdict(list)
    settings = {"PREFECT_API_DATABASE_CONNECTION_URL": url}
    with prefect_server(settings, arguments=["--no-services"]) as server:
        for name, each in rounds(Place(server.api_url, url, server.pid), wanted, times):
            found[name].append(each)
            told = f"{name}: {each.cost.wall_seconds:.2f} s, {each.cost.seen.calls:,} calls"
            print(f"{told}, {each.server_cpu_seconds:.2f} s of the server's CPU", flush=True)
    return found


def _show(pools: int, found: dict[str, list[Round]]) -> None:
    console = Console(width=160)
    console.print(costs(found))
    for name in filter(found.__contains__, ("look", BEFORE)):
        console.print(name, endpoints(found[name][-1]))
    if "look" in found:
        console.print(acceptance(found, pools))
    if BEFORE in found:
        same = found["look"][-1].cost.seen.findings == found[BEFORE][-1].cost.seen.findings
        print("both looks found the same" if same else "THE TWO LOOKS FOUND DIFFERENT THINGS")


if __name__ == "__main__":
    app()
