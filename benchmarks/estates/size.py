"""How large an estate is. The three sizes are those that the costs of a look were first measured on (2026-11-22)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of rows. Workers follow from the pools: about five for each, more or fewer by its kind."""

    pools: int
    queues: int
    deployments: int
    late: int
    pending: int
    running: int
    future: int
    completed: int


SIZES: Mapping[int, Size] = {
    20: Size(20, 40, 200, late=500, pending=0, running=50, future=400, completed=1_000),
    200: Size(200, 400, 1_000, late=4_400, pending=600, running=400, future=2_000, completed=10_000),
    2_000: Size(2_000, 5_000, 10_000, late=50_000, pending=2_000, running=2_000, future=20_000, completed=100_000),
}
