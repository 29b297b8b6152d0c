"""How long a patrol takes to start on a server without any work pool, beside an empty flow of Prefect: rounds in turn.

    uv run python -m benchmarks.start --rounds 5

Each is a run of a deployment in a fresh process of Prefect's engine, as in a container of a push pool. The aim is a
patrol in less than twice the time of the empty flow.
"""

import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from benchmarks.postgres import postgres_url
from benchmarks.start.fresh import Cost, cost_of, surroundings
from benchmarks.start.imported import PATROL, PREFECT, imported_beyond_prefect
from benchmarks.start.runs import deployed
from tests.prefect_server import prefect_server

HERE = Path(__file__).parents[2]
EMPTY, PATROLLED = "benchmarks/start/empty.py:empty", "flows/patrol.py:patrol"
BASE = "an empty flow"
PACKAGES_SHOWN = 15

Act = Callable[[], Cost]

app = App(name="python -m benchmarks.start", help=__doc__, version_flags=())


@app.default
def main(
    *,
    rounds: Annotated[int, Parameter(help="How often each is run, in turn, after once to make bytecode.")] = 5,
    before: Annotated[
        Path | None, Parameter(help="Another checkout of this repository, whose patrol is measured beside.")
    ] = None,
) -> None:
    """Measure and print medians, then what the patrol imports beyond Prefect, by package. Takes a minute a round."""
    with tempfile.TemporaryDirectory(prefix="lg-start-") as folder, postgres_url() as url, prefect_server() as server:
        environment = surroundings(Path(folder) / "bytecode", PREFECT_API_URL=server.api_url)
        acts: dict[str, Act] = {
            f"python -c '{PREFECT}'": partial(cost_of, _python(PREFECT), HERE, environment),
            BASE: partial(
                deployed(server.api_url, "empty", EMPTY, HERE).executed, environment | _home(folder, "empty")
            ),
        }
        now = _patrol("the patrol", HERE, server.api_url, folder, environment)
        then = _patrol("the patrol, before", before.resolve(), server.api_url, folder, environment) if before else {}
        _show(_measured(acts | now | _elsewhere(url, server.api_url, folder, environment) | then, rounds))
        for code in (HERE, *([before.resolve()] if before else [])):
            _show_packages(code, imported_beyond_prefect(code, environment))


def _patrol(name: str, code: Path, api_url: str, folder: str, environment: dict[str, str]) -> dict[str, Act]:
    """Its import alone, and a run of it whose history is where it is without any setting."""
    run = deployed(api_url, "patrol", PATROLLED, code).executed
    return {
        f"{name}: {PATROL}": partial(cost_of, _python(PATROL), code, environment),
        f"{name}, history in SQLite": partial(run, environment | _home(folder, name)),
    }


def _elsewhere(url: str, api_url: str, folder: str, environment: dict[str, str]) -> dict[str, Act]:
    """The same where the history is on a server, and where there is none yet."""
    run = deployed(api_url, "patrol", PATROLLED, HERE).executed
    kept, fresh = _home(folder, "elsewhere"), _home(folder, "fresh")
    return {
        "the patrol, history in PostgreSQL": partial(run, environment | kept | {"LIFEGUARD_DATABASE_URL": url}),
        "the patrol, no history yet": partial(
            _anew, run, environment | fresh, Path(fresh["PREFECT_HOME"]) / "lifeguard"
        ),
    }


def _anew(run: Callable[[dict[str, str]], Cost], environment: dict[str, str], history: Path) -> Cost:
    """As in a new container without a named database, which makes the tables of the history first."""
    shutil.rmtree(history, ignore_errors=True)
    return run(environment)


def _python(statement: str) -> list[str]:
    return [sys.executable, "-c", statement]


def _home(folder: str, name: str) -> dict[str, str]:
    return {"PREFECT_HOME": f"{folder}/{name}"}


def _measured(acts: Mapping[str, Act], rounds: int) -> Mapping[str, list[Cost]]:
    """The first round writes the bytecode and the histories, and does not count."""
    found: dict[str, list[Cost]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, act in acts.items():
            cost = act()
            print(f"round {number}, {name}: {cost.wall_seconds:.2f} s, {cost.cpu_seconds:.2f} s of CPU")
            if number:
                found[name].append(cost)
    return found


def _show(found: Mapping[str, list[Cost]]) -> None:
    print(f"{'medians':<48} {'wall s':>7} {'CPU s':>7} {'peak MB':>8} {'wall / empty':>13} {'CPU / empty':>12}")
    wall, cpu, _ = _medians(found[BASE])
    for name, costs in found.items():
        own = _medians(costs)
        print(f"{name:<48} {own[0]:>7.2f} {own[1]:>7.2f} {own[2]:>8.0f} {own[0] / wall:>13.2f} {own[1] / cpu:>12.2f}")


def _medians(costs: list[Cost]) -> tuple[float, float, float]:
    return (
        statistics.median(cost.wall_seconds for cost in costs),
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.peak_megabytes for cost in costs),
    )


def _show_packages(code: Path, packages: Mapping[str, tuple[int, float]]) -> None:
    modules, milliseconds = (sum(each) for each in zip(*packages.values(), strict=True))
    print(f"\n{code.name} imports beyond Prefect: {modules} modules, {milliseconds:.0f} ms (python -X importtime)")
    for package, (count, own) in list(packages.items())[:PACKAGES_SHOWN]:
        print(f"{package:<24} {count:>4} modules {own:>7.0f} ms")


if __name__ == "__main__":
    app()
