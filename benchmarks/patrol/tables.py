"""The results as tables: what each way of looking cost, and what of it each kind of endpoint and each stage."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from rich.table import Table

from benchmarks.patrol.neighbour import p95
from benchmarks.patrol.rounds import Round

Results = Mapping[str, Sequence[Round]]
MEGABYTE = 1_000_000


def middle(results: Sequence[Round], number: Callable[[Round], float]) -> float:
    """The median of the rounds."""
    return median(map(number, results))


def neighbours_p95(results: Sequence[Round]) -> tuple[float | None, float | None]:
    """Of all its calls in all rounds: before the looks, and during them."""
    return p95([ms for each in results for ms in each.before]), p95([ms for each in results for ms in each.during])


def costs(results: Results) -> Table:
    """Each way of looking in a row, medians of the rounds; the neighbour's p95 of all rounds together."""
    table = Table(title="medians of the rounds", title_justify="left")
    for heading in ("look", "n", "wall s", "calls", "MB", "client CPU s", "peak MB", "server CPU s", "database CPU s"):
        table.add_column(heading, justify="right")
    for heading in ("other's p95 ms, before", "during", "workers", "late runs"):
        table.add_column(heading, justify="right")
    for name, of_it in results.items():
        table.add_row(name, str(len(of_it)), *_numbers(of_it))
    return table


def _numbers(of_it: Sequence[Round]) -> list[str]:
    before, during = neighbours_p95(of_it)
    return [
        f"{middle(of_it, lambda each: each.cost.wall_seconds):.2f}",
        f"{middle(of_it, lambda each: each.cost.seen.calls):,.0f}",
        f"{middle(of_it, lambda each: each.cost.seen.received_bytes) / MEGABYTE:.2f}",
        f"{middle(of_it, lambda each: each.cost.cpu_seconds):.2f}",
        f"{middle(of_it, lambda each: each.cost.peak_megabytes):.0f}",
        f"{max(0, middle(of_it, lambda each: each.server_cpu_seconds)):.2f}",
        _of_database(of_it),
        *("too few" if each is None else f"{each:.0f}" for each in (before, during)),
        f"{of_it[-1].cost.seen.workers:,}",
        f"{of_it[-1].cost.seen.late:,}",
    ]


def _of_database(of_it: Sequence[Round]) -> str:
    """Nothing where it is the server's own file."""
    known = [each.database_cpu_seconds for each in of_it if each.database_cpu_seconds is not None]
    return f"{max(0, median(known)):.2f}" if known else ""


def endpoints(last: Round) -> Table:
    """What the last look cost, by kind of endpoint."""
    table = Table(title="the last look, by kind of endpoint", title_justify="left")
    for heading in ("endpoint", "calls", "kB", "seconds waited", "ms each"):
        table.add_column(heading, justify="left" if heading == "endpoint" else "right")
    prices = last.cost.seen.prices.items()
    for kind, price in sorted(prices, key=lambda each: -each[1]["seconds"]):
        each = 1000 * price["seconds"] / price["calls"]
        received = price["received_bytes"] / 1000
        table.add_row(kind, f"{price['calls']:,}", f"{received:,.0f}", f"{price['seconds']:.2f}", f"{each:.0f}")
    return table


def stages(last: Round) -> Table:
    """What each stage of the last look cost, in the order of the look; the neighbour's share of the CPU taken off by time."""
    table = Table(title="the last look, by stage", title_justify="left")
    for heading in ("stage", "calls", "kB", "wall s", "server CPU s"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    for stage in last.cost.seen.stages:
        wall = stage["wall_seconds"]
        own = stage["server_cpu_seconds"] - last.neighbours_cpu_seconds * wall / last.cost.wall_seconds
        received = stage["received_bytes"] / 1000
        table.add_row(stage["stage"], f"{stage['calls']:,}", f"{received:,.0f}", f"{wall:.2f}", f"{max(own, 0):.2f}")
    return table
