"""What a look cost the API, by kind of endpoint: as a table for people, and as an object for programs."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.judgement import Judgement
from lifeguard.report.price_sums import dearest_first, total, wall_seconds
from lifeguard.snapshot import Price

COLUMNS = ("endpoint", "calls", "kB received", "seconds waited")
BYTES_A_KILOBYTE = 1000


def show_price(judgement: Judgement, console: Console) -> None:
    """Print it, the dearest kind first; calls made at the same time are waited for twice."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == COLUMNS[0] else "right", overflow="fold")
    for kind, price in dearest_first(judgement):
        table.add_row(Text(visible(kind)), *_cells(price))
    table.add_row("in all", *_cells(total(judgement)), style="bold")
    console.print(Text("What this look asked of the API"), style="bold")
    console.print(table)
    console.print(Text(_compared_with_its_bounds(judgement)), soft_wrap=True)


def price_as_json(judgement: Judgement) -> str:
    """The same as one object on one line."""
    by_endpoint = [{"endpoint": kind, **asdict(price)} for kind, price in dearest_first(judgement)]
    return orjson.dumps({"price": {**_told(judgement), "by_endpoint": by_endpoint}}).decode()


def _told(judgement: Judgement) -> Mapping[str, Any]:
    bounds = {"call_ceiling": judgement.policy.call_ceiling, "concurrency": judgement.policy.concurrency}
    return {**asdict(total(judgement)), "wall_seconds": wall_seconds(judgement), **bounds}


def _compared_with_its_bounds(judgement: Judgement) -> str:
    policy = judgement.policy
    return (
        f"It took {wall_seconds(judgement):.1f} s with {policy.concurrency} calls at a time at most (concurrency), and "
        f"{total(judgement).calls:,} of the {policy.call_ceiling:,} calls that a look may make (call_ceiling)."
    )


def _cells(price: Price) -> list[str]:
    return [f"{price.calls:,}", f"{price.received_bytes / BYTES_A_KILOBYTE:,.1f}", f"{price.seconds:.2f}"]
