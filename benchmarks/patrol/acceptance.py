"""What a patrol in steady state was to cost at most, and what it costs. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table

from benchmarks.patrol.rounds import Round
from benchmarks.patrol.tables import Results, middle, neighbours_p95


@dataclass(frozen=True, slots=True)
class Aim:
    """What is measured of which way of looking, and by how many pools the bound, which is a lower one for `at_least`."""

    what: str
    way: str
    number: Callable[[Sequence[Round], Results], float | None]
    bounds: Mapping[int, float]
    at_least: bool = False


def _naive_to(looks: Sequence[Round], results: Results) -> float | None:
    server = middle(looks, lambda each: each.server_cpu_seconds)
    naive = results.get("naive")
    return middle(naive, lambda each: each.server_cpu_seconds) / server if naive and server > 0 else None


def _added_to_p95(looks: Sequence[Round], results: Results) -> float | None:
    before, during = neighbours_p95(looks)
    return None if before is None or during is None else during - before


def _median(number: Callable[[Round], float]) -> Callable[[Sequence[Round], Results], float | None]:
    return lambda looks, _: middle(looks, number)


AIMS = (
    Aim("server CPU, naive / cheap", "cheap", _naive_to, {200: 6, 2000: 15}, at_least=True),
    Aim("calls", "cheap", _median(lambda each: each.cost.seen.calls), {200: 80, 2000: 700}),
    Aim("server CPU, s", "cheap", _median(lambda each: each.server_cpu_seconds), {200: 1.2, 2000: 7}),
    Aim("wall, unpaced, s", "cheap", _median(lambda each: each.cost.wall_seconds), {200: 3, 2000: 12}),
    Aim("wall, paced, s", "paced", _median(lambda each: each.cost.wall_seconds), {200: 12, 2000: 45}),
    Aim("added to another user's p95, paced, ms", "paced", _added_to_p95, {200: 25, 2000: 25}),
    Aim("client memory at its peak, MB", "cheap", _median(lambda each: each.cost.peak_megabytes), {200: 80, 2000: 110}),
)


def acceptance(results: Results, pools: int) -> Table:
    """What was to be reached, and what was; without bounds for so few pools, only the latter."""
    table = Table(title=f"acceptance at {pools:,} pools, medians in steady state", title_justify="left")
    for heading in ("", "wanted", "measured", "reached"):
        table.add_column(heading, justify="left" if not heading else "right")
    for aim in AIMS:
        number = aim.number(looks, results) if (looks := results.get(aim.way)) else None
        table.add_row(aim.what, *_verdict(aim.bounds.get(pools), number, aim.at_least))
    return table


def _verdict(wanted: float | None, number: float | None, at_least: bool) -> tuple[str, str, str]:
    shown = "not measured" if number is None else f"{number:,.1f}"
    if wanted is None or number is None:
        return ("none" if wanted is None else f"{wanted:g}", shown, "")
    reached = number >= wanted if at_least else number <= wanted
    return (f"{'at least' if at_least else 'at most'} {wanted:g}", shown, "yes" if reached else "NO")
