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

from cyclopts import App, Parameter
from rich.console import Console

from benchmarks.estates.life import made_and_settled
from benchmarks.estates.size import SIZES
from benchmarks.patrol.acceptance import acceptance
from benchmarks.patrol.differences import differences, told
from benchmarks.patrol.place import Place
from benchmarks.patrol.rounds import Round, Rounds, Way
from benchmarks.patrol.server_database import ServerDatabase, database_of
from benchmarks.patrol.tables import costs, endpoints, stages
from tests.prefect_server import prefect_server

CORES = 2
HERE = Path(__file__).parents[2]
Name = Literal["naive", "sql", "cheap", "full", "paced"]
BEFORE = "full, before"
LARGE = 2000

app = App(name="python -m benchmarks.patrol", help=__doc__, version_flags=())


@app.default
def main(
    pools: Literal[20, 200, 2000],
    *,
    times: Annotated[int, Parameter(help="How often each look is taken, in turn.", name="--rounds")] = 3,
    naive_rounds: Annotated[
        int | None, Parameter(help="How often the naive client looks; once at 2,000 pools, where it takes minutes.")
    ] = None,
    warm_up: Annotated[
        int, Parameter(help="Patrols that come before those which count, a minute apart: the first knows nothing.")
    ] = 2,
    only: Annotated[list[Name] | None, Parameter(help="Leave out the others.", negative=())] = None,
    before: Annotated[
        Path | None, Parameter(help="Another checkout of this repository, whose full look is measured beside.")
    ] = None,
    database_url: Annotated[
        str | None, Parameter(help="An empty PostgreSQL for the server (postgresql+asyncpg://…); SQLite without it.")
    ] = None,
    postgres: Annotated[
        bool, Parameter(help="Start a PostgreSQL for the server, with Debian's package of it.", negative=())
    ] = False,
) -> None:
    """Fill a server, start it with its services off on two cores, look at it in turn, and print what each look cost.

    full knows nothing of earlier looks; cheap and paced are patrols, a minute after one another; naive is Prefect's client;
    sql is five queries. Meanwhile life goes on: heartbeats, runs that come and go, pools that lose their workers.
    A round takes two minutes, at 2,000 pools up to ten.
    """
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the server ends with us
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    ways = _ways(times, naive_rounds or (1 if pools == LARGE else times), before)
    wanted = {name: way for name, way in ways.items() if not only or name in (*only, BEFORE)}
    with (
        tempfile.TemporaryDirectory(prefix="lg-patrol-") as folder,
        database_of(folder, database_url, postgres) as database,
    ):
        _show(pools, _measured(pools, database, wanted, times, warm_up, Path(folder)))


def _ways(times: int, naive_times: int, before: Path | None) -> dict[str, Way]:
    """In the order of a round: what is compared with the cheap look comes right after it, and no long look between patrols."""
    return {
        "naive": Way("naive", HERE, naive_times),
        "sql": Way("sql", HERE, times),
        "paced": Way("paced", HERE, times, remembers=True),
        "cheap": Way("cheap", HERE, times, remembers=True),
        "full": Way("look", HERE, times),
        **({BEFORE: Way("look", before.resolve(), times)} if before else {}),
    }


def _measured(
    pools: int, database: ServerDatabase, wanted: dict[str, Way], times: int, warm_up: int, folder: Path
) -> dict[str, list[Round]]:
    found: dict[str, list[Round]] = defaultdict(list)
    _tell(f"filling a server of {pools:,} pools")
    life = made_and_settled(database.url, SIZES[pools], datetime.now(UTC))
    settings = {"PREFECT_API_DATABASE_CONNECTION_URL": database.url}
    with prefect_server(settings, arguments=["--no-services"]) as server:
        place = Place(server.api_url, database.url, server.pid, database.process, folder)
        looks = Rounds(place, life, warm_up, _tell)
        for name, each in looks.taken(wanted, times):
            found[name].append(each)
            cost = f"{each.cost.wall_seconds:.2f} s, {each.cost.seen.calls:,} calls"
            _tell(f"{name}: {cost}, {max(0, each.server_cpu_seconds):.2f} s of the server's CPU")
    return found


def _tell(words: str) -> None:
    print(words, flush=True)


def _show(pools: int, found: dict[str, list[Round]]) -> None:
    console = Console(width=160)
    console.print(costs(found))
    for name in filter(found.__contains__, ("cheap", "full", BEFORE)):
        console.print(name, endpoints(found[name][-1]), stages(found[name][-1]))
    if "cheap" in found:
        console.print(acceptance(found, pools))
    for first, second in (("cheap", "full"), ("full", BEFORE)):
        if first in found and second in found:
            seen = [[each.cost.seen.findings for each in found[name]] for name in (first, second)]
            print("\n".join(told(list(map(differences, *seen)), first, second)))


if __name__ == "__main__":
    app()
