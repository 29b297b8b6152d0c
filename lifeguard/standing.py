"""How a server stands: what every metric is read from, be it out of the history or out of a patrol's own judgement. Pure.

What nobody has looked at for a while is not passed on: a number of a patrol that stopped must not stand for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from lifeguard.facts import seconds
from lifeguard.findings import PoolReading, Severity
from lifeguard.history import UNWATCHED_AFTER_SECONDS
from lifeguard.pickups import Pickups

STALE_AFTER_SECONDS = UNWATCHED_AFTER_SECONDS


class Trouble(NamedTuple):
    """What open incidents are counted by. `pool` is None for what concerns no work pool."""

    severity: Severity
    code: str
    pool: str | None


@dataclass(frozen=True, slots=True)
class LastPatrol:
    """The newest look: when it ended by the server's clock, whether it saw everything, and what it cost."""

    finished_at: datetime
    is_complete: bool
    duration_seconds: float
    api_calls: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One server: its work pools, one of each name; its open incidents that no other explains; its newest look.

    `seen_at` is when every pool was last looked for, `complete_at` when a look was last complete, None where never.
    `clock_ahead_seconds` is by how much the server's clock, of which all times are, is ahead of this machine's.
    """

    server: str
    pools: tuple[PoolReading, ...] = ()
    troubles: Mapping[Trouble, int] = field(default_factory=dict[Trouble, int])
    pickups: Mapping[str, Pickups] = field(default_factory=dict[str, Pickups])
    patrol: LastPatrol | None = None
    seen_at: datetime | None = None
    complete_at: datetime | None = None
    has_history: bool = True
    clock_ahead_seconds: float = 0.0


def fresh(standing: Standing, now: datetime, stale_after_seconds: float) -> Standing:
    """The same without pools and incidents where the pools were last looked for too long ago."""
    if standing.seen_at is not None and now - standing.seen_at <= seconds(stale_after_seconds):
        return standing
    return replace(standing, pools=(), troubles={}, pickups={})


def one_per_name(pools: Iterable[PoolReading]) -> tuple[PoolReading, ...]:
    """The last one of each name: a pool that was deleted may have been made again."""
    return tuple({pool.name: pool for pool in pools}.values())
