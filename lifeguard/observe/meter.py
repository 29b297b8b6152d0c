"""What the calls of a look cost, by kind of endpoint: how many, how much came back, and how long the answers took."""

import re
from collections.abc import Mapping

from lifeguard.snapshot import Price

IDENTIFIER = re.compile(r"(?<=/)[0-9a-fA-F-]{36}(?=/|$)")
NAMED = re.compile(r"^(work_pools|flow_runs/name|deployments/name)/(?!filter$|count$)[^/]+")


class Meter:
    """Adds up what each call cost. A call that got no answer costs its time and no bytes."""

    def __init__(self) -> None:
        self._prices: dict[str, Price] = {}

    @property
    def prices(self) -> Mapping[str, Price]:
        """By kind of endpoint, in the order in which they were first asked."""
        return dict(self._prices)

    def add(self, path: str, *, calls: int, received: int, seconds: float) -> None:
        """Count what one question cost; it made more than one call where it was sent on to another address."""
        kind = kind_of(path)
        self._prices[kind] = self._prices.get(kind, Price()) + Price(calls, received, seconds)


def kind_of(path: str) -> str:
    """The path of an endpoint with what differs from call to call left out: ids, names, and the query."""
    plain, _, _ = path.partition("?")
    return NAMED.sub(r"\1/{name}", IDENTIFIER.sub("{id}", plain))
