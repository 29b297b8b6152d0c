"""The results as tables: what each way of looking cost, what of it each kind of endpoint, and what was to be reached."""

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
    for heading in ("look", "n", "wall s", "calls", "MB", "client CPU s", "peak MB", "server CPU s"):
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
        f"{middle(of_it, lambda each: each.server_cpu_seconds):.2f}",
        *("too few" if each is None else f"{each:.0f}" for each in (before, during)),
        f"{of_it[-1].cost.seen.workers:,}",
        f"{of_it[-1].cost.seen.late:,}",
    ]


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


TARGETS: Mapping[int, Mapping[str, float]] = {
    200: {"ratio": 6, "calls": 80, "server": 1.2, "wall": 3, "p95": 25, "memory": 80},
    2000: {"ratio": 15, "calls": 700, "server": 7, "wall": 12, "p95": 25, "memory": 110},
}


def acceptance(results: Results, pools: int) -> Table:
    """What was to be reached, and what was; without a target for so few pools, only the latter."""
    look, naive, wanted = results["look"], results.get("naive"), TARGETS.get(pools, {})
    server = middle(look, lambda each: each.server_cpu_seconds)
    before, during = neighbours_p95(look)
    rows: list[tuple[str, str, float | None, bool]] = [
        ("wall, s", "wall", middle(look, lambda each: each.cost.wall_seconds), False),
        ("calls", "calls", middle(look, lambda each: each.cost.seen.calls), False),
        ("server CPU, s", "server", server, False),
        (
            "added to another user's p95, ms",
            "p95",
            None if before is None or during is None else during - before,
            False,
        ),
        ("client memory at its peak, MB", "memory", middle(look, lambda each: each.cost.peak_megabytes), False),
    ]
    if naive and server:
        ratio = middle(naive, lambda each: each.server_cpu_seconds) / server
        rows.insert(0, ("server CPU, naive client / look", "ratio", ratio, True))
    table = Table(title=f"acceptance at {pools:,} pools", title_justify="left")
    for heading in ("", "wanted", "measured", "reached"):
        table.add_column(heading, justify="left" if not heading else "right")
    for what, key, number, is_floor in rows:
        table.add_row(what, *_verdict(wanted.get(key), number, is_floor))
    return table


def _verdict(wanted: float | None, number: float | None, is_floor: bool) -> tuple[str, str, str]:
    shown = "too few calls to tell" if number is None else f"{number:,.1f}"
    if wanted is None or number is None:
        return ("none" if wanted is None else f"{wanted:g}", shown, "")
    reached = number >= wanted if is_floor else number <= wanted
    return (f"{'at least' if is_floor else 'at most'} {wanted:g}", shown, "yes" if reached else "NO")
