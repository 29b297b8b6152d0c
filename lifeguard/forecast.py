"""When a pool's backlog will be gone at the rate at which runs start now, what holds it back, and what would help. Pure.

Nothing is foretold where the history cannot say it: then the outlook says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from lifeguard.backlog import UNWATCHED_AFTER, Flow, Level, flow_of

ONCE_AN_HOUR = 1 / 60
"""Runs a minute; what shrinks by less is not told as if it had an end."""


class Outlook(StrEnum):
    """Where the backlog goes; the last three are that nobody can tell."""

    CLEAR = "clear"
    SHRINKS = "shrinks"
    GROWS = "grows"
    STAYS = "stays"
    STANDS_STILL = "stands still"
    TOO_EARLY = "too early"
    UNSEEN = "unseen"
    UNWATCHED = "unwatched"


class Bound(StrEnum):
    """What holds the starts back, by the code of the finding that proves it; the workers where there is none."""

    POOL_LIMIT = "pool-limit-saturated"
    QUEUE_LIMIT = "queue-limit-saturated"
    DEPLOYMENT_LIMIT = "deployment-limit-waiting"
    WORKER_LIMIT = "worker-limit-saturated"
    WORKERS = "workers"


@dataclass(frozen=True, slots=True)
class Holding:
    """A bound, the name of what it is a bound of, and how large it is: slots, or live workers. None is not known."""

    bound: Bound
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pool stood at the newest patrol, and the open incidents that tell what holds it, the first to explain first."""

    pool: str
    looked_at: datetime
    overdue: int | None
    oldest_overdue_since: datetime | None = None
    workers_online: int | None = None
    active_slots: int | None = None
    concurrency_limit: int | None = None
    holdings: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of a pool's backlog. `gone_at` is None but where it shrinks.

    `more` is how many more of what holds it, slots or workers, would start the backlog within `target_seconds`; None
    where none are needed, or nobody can tell.
    """

    standing: Standing
    outlook: Outlook
    target_seconds: float
    flow: Flow | None = None
    gone_at: datetime | None = None
    holding: Holding | None = None
    more: int | None = None


def forecast_of(
    standing: Standing,
    levels: Sequence[Level],
    began: Mapping[datetime, int],
    counted_until: datetime | None,
    now: datetime,
    target_seconds: float,
) -> Forecast:
    """What the numbers of the last hours make of a pool: its backlog at each patrol, and starts by slot up to a time."""
    if now - standing.looked_at > UNWATCHED_AFTER:
        return Forecast(standing, Outlook.UNWATCHED, target_seconds)
    if not standing.overdue:
        outlook = Outlook.UNSEEN if standing.overdue is None else Outlook.CLEAR
        return Forecast(standing, outlook, target_seconds)
    flow = flow_of(levels, began, counted_until or standing.looked_at - UNWATCHED_AFTER)
    if flow is None:
        return Forecast(standing, Outlook.TOO_EARLY, target_seconds)
    return _foretold(standing, flow, target_seconds)


def _foretold(standing: Standing, flow: Flow, target_seconds: float) -> Forecast:
    outlook, holding = _outlook(flow), _holding(standing)
    gone_at = None
    if outlook is Outlook.SHRINKS:
        gone_at = standing.looked_at + timedelta(minutes=(standing.overdue or 0) / flow.shrinks)
    more = _more(standing.overdue or 0, flow, holding, target_seconds)
    return Forecast(standing, outlook, target_seconds, flow, gone_at, holding, more)


def _outlook(flow: Flow) -> Outlook:
    if flow.starts == 0:
        return Outlook.STANDS_STILL
    if flow.shrinks > ONCE_AN_HOUR:
        return Outlook.SHRINKS
    return Outlook.GROWS if flow.shrinks < 0 else Outlook.STAYS


def _holding(standing: Standing) -> Holding:
    """The pool's own limit if it is full; else what an open incident proves; else the workers."""
    limit = standing.concurrency_limit
    if limit is not None and standing.active_slots is not None and standing.active_slots >= limit:
        return Holding(Bound.POOL_LIMIT, standing.pool, limit)
    return next(iter(standing.holdings), Holding(Bound.WORKERS, standing.pool, standing.workers_online))


def _more(overdue: int, flow: Flow, holding: Holding, target_seconds: float) -> int | None:
    """As many more as it takes if each starts as many runs as those that there are; first come, first served.

    What a queue's or a deployment's limit holds back is a part of the pool's runs, of which these numbers say nothing.
    """
    if not flow.starts or not holding.size or holding.bound in (Bound.QUEUE_LIMIT, Bound.DEPLOYMENT_LIMIT):
        return None
    needed = max(overdue / (max(target_seconds, 60.0) / 60), flow.arrivals or 0.0)
    more = ceil(holding.size * (needed / flow.starts - 1))
    return more if more > 0 else None
