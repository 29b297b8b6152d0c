"""What a patrol's look cost the server, at the end of the overview: one sentence, then the dearest kinds of endpoint."""

from lifeguard.escaping import ui_text
from lifeguard.judgement import Judgement
from lifeguard.report.incident_markdown import table
from lifeguard.report.price_sums import dearest_first, total, wall_seconds
from lifeguard.snapshot import Price

COLUMNS = ("Endpoint", "Calls", "Received", "Waited")
KINDS_SHOWN = 6
MEGABYTE, KILOBYTE = 1_000_000, 1_000
NEAR_TO_THE_CEILING = 0.8


def cost(judgement: Judgement) -> list[str]:
    """The blocks that say it; none where no call was counted."""
    if not judgement.snapshot.prices:
        return []
    return ["## What this look cost the server", _in_all(judgement), table(COLUMNS, _rows(judgement))]


def _in_all(judgement: Judgement) -> str:
    calls, ceiling = judgement.snapshot.api_calls, judgement.policy.call_ceiling
    price = total(judgement)
    return (
        f"{calls:,} API calls in {wall_seconds(judgement):.1f} s, {size(price.received_bytes)} received. That is "
        f"{100 * calls / ceiling:.0f} % of the {ceiling:,} calls that a look may make (call_ceiling).{_next(calls, ceiling)}"
    )


def _next(calls: int, ceiling: int) -> str:
    """What to do before a look sees only a part."""
    if calls < NEAR_TO_THE_CEILING * ceiling:
        return ""
    return " **Soon it will see only a part:** raise call_ceiling, or leave pools out (ignore_pools)."


def _rows(judgement: Judgement) -> list[list[str]]:
    kinds = dearest_first(judgement)
    rest = sum((price for _, price in kinds[KINDS_SHOWN:]), Price())
    of_parts = judgement.snapshot.api_calls - total(judgement).calls
    return [
        *([ui_text(kind), *_cells(price)] for kind, price in kinds[:KINDS_SHOWN]),
        *([[f"{len(kinds) - KINDS_SHOWN} other kinds", *_cells(rest)]] if rest.calls else []),
        *([["by the parts of this look", f"{of_parts:,}", "", ""]] if of_parts > 0 else []),
    ]


def _cells(price: Price) -> list[str]:
    return [f"{price.calls:,}", size(price.received_bytes), f"{price.seconds:.2f} s"]


def size(received: int) -> str:
    """Bytes as people read them."""
    if received >= MEGABYTE:
        return f"{received / MEGABYTE:.1f} MB"
    return f"{received / KILOBYTE:.0f} kB" if received >= KILOBYTE else f"{received} B"
