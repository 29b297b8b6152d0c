"""On which pools nobody works while runs are to come, and whether workers came in time before.

Prefect lists workers only pool by pool. Where the pool's status and the newest patrol agree no call is made: a heartbeat
makes a pool READY at once, and the patrol went by heartbeats. Where they differ, the pools that are due first are asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lifeguard.configuration import ConfigurationError
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool, seconds
from lifeguard.observe.look import Look
from lifeguard.observe.upcoming import Seen
from lifeguard.observe.workers import count_workers
from lifeguard.record.arrival_queries import past_of_pools
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.snapshot import Snapshot
from lifeguard.unstaffed import Past, Unstaffed, unstaffed

ASKED_AT_MOST = 2
REMEMBERED_AT_MOST = 40
"""Pools whose last days are read, those that are due first: so many rows the table shows."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The history, and how many workers the newest patrol saw; empty where there is none."""

    database: Database | None = None
    server: str = ""
    workers: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Nobody:
    """The pools on which nobody works, by name, and those of which that is not known."""

    pools: Mapping[str, Unstaffed]
    in_doubt: tuple[str, ...]


async def find_unstaffed(
    look: Look, snapshot: Snapshot, pools: Sequence[Pool], seen: Seen, witnesses: Witnesses
) -> Nobody:
    """Of pools that need workers and whose next run is still to come: what is due already is for findings."""
    due = _next(pools, seen, snapshot.taken_at)
    waiting = sorted((pool for pool in pools if pool.name in due), key=lambda pool: (due[pool.name], pool.name))
    doubtful = [pool for pool in waiting if _is_doubtful(pool, witnesses.workers.get(pool.name))]
    empty = {pool.name for pool in waiting if pool.status == "NOT_READY" and pool not in doubtful}
    answered = await _ask(look, snapshot, doubtful[:ASKED_AT_MOST])
    empty |= {name for name, is_staffed in answered.items() if not is_staffed}
    names = [pool.name for pool in waiting if pool.name in empty]
    past = await _past(witnesses, names[:REMEMBERED_AT_MOST], snapshot.taken_at)
    told = (unstaffed(name, due[name], past.get(name), snapshot.taken_at, _target(look, name)) for name in names)
    in_doubt = tuple(pool.name for pool in doubtful if pool.name not in answered)
    return Nobody({each.pool: each for each in told}, in_doubt)


def _next(pools: Sequence[Pool], seen: Seen, now: datetime) -> dict[str, datetime]:
    """When the next run is due, by the pool's name."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for run in seen.coming:
        times[run.pool].append(run.at)
    own = (pool.name for pool in pools if pool.needs_workers and not pool.is_paused)
    return {name: min(times[name]) for name in own if times[name] and min(times[name]) > now}


def _is_doubtful(pool: Pool, workers: int | None) -> bool:
    """A pool is READY for up to 105 s after its last worker died, and for good where the server's Foreman is dead."""
    return workers is not None and (workers > 0) is (pool.status == "NOT_READY")


async def _ask(look: Look, snapshot: Snapshot, pools: Sequence[Pool]) -> dict[str, bool]:
    """Whether a live worker is there, of those pools that answered: one call for each."""
    if not pools:
        return {}
    asked = await count_workers(look.api, replace(snapshot, pools=tuple(pools)))
    scene = Scene(asked, look.policy, snapshot.taken_at)
    return {pool.name: bool(scene.live_workers(pool)) for pool in asked.pools if scene.workers(pool) is not None}


async def _past(witnesses: Witnesses, names: Sequence[str], now: datetime) -> Mapping[str, Past]:
    if witnesses.database is None or not names:
        return {}
    try:
        return await past_of_pools(witnesses.database, witnesses.server, names, now)
    except (HistoryUnavailable, ConfigurationError):
        return {}


def _target(look: Look, pool: str) -> timedelta:
    return seconds(look.policy.for_pool(pool).backlog_target_seconds)
