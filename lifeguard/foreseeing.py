"""What a patrol foresees for the overview: whose workers become fewer, and to which pools without any a run comes.

Only for a new version of it, since it takes some reading of the history, and one call where pools have no worker.
Whatever fails here is not told, and harms nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lifeguard.configuration import ConfigurationError
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool, seconds
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.next_runs import next_runs
from lifeguard.record.arrival_queries import past_of_pools
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.remember import server_name
from lifeguard.record.staffing_queries import falling_workers
from lifeguard.staffing import Falling
from lifeguard.unstaffed import Unstaffed, unstaffed

AHEAD = timedelta(hours=12)
"""As far as `lifeguard upcoming` looks unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is no trouble yet and may soon be some."""

    falling: tuple[Falling, ...] = ()
    unstaffed: tuple[Unstaffed, ...] = ()


async def foresee(api: Api, judgement: Judgement, database: Database | None) -> Foreseen:
    """Nothing without a history."""
    if database is None:
        return Foreseen()
    return Foreseen(await _falling(judgement, database), await _unstaffed(api, judgement, database))


async def _falling(judgement: Judgement, database: Database) -> tuple[Falling, ...]:
    try:
        found = await falling_workers(database, server_name(judgement), judgement.started_at)
    except (HistoryUnavailable, ConfigurationError):
        return ()
    there = {pool.name for pool in judgement.pools}
    return tuple(found[name] for name in sorted(found) if name in there)


async def _unstaffed(api: Api, judgement: Judgement, database: Database) -> tuple[Unstaffed, ...]:
    """The pools to which workers did not always come in time, the one whose run is due first before the others."""
    now, scene = judgement.started_at, Scene(judgement.snapshot, judgement.policy, judgement.started_at)
    empty = _without_workers(scene)
    if not empty:
        return ()
    try:
        due = await _due(api, scene, empty)
        past = await past_of_pools(database, server_name(judgement), list(due), now) if due else {}
    except (CallFailed, *ANOTHER_SHAPE, HistoryUnavailable, ConfigurationError):
        return ()
    told = [unstaffed(name, due[name], past.get(name), now, _target(scene, name)) for name in due]
    chosen = (each for each in told if each.needs_somebody and each.lasts(now))
    return tuple(sorted(chosen, key=lambda each: (each.next_at, each.pool)))


def _without_workers(scene: Scene) -> list[Pool]:
    """Those with nothing due and nothing within the look-ahead: of the others `pool-no-workers` tells."""
    if not scene.sees_demand:
        return []
    own = (pool for pool in scene.snapshot.pools if pool.needs_workers and not pool.is_paused)
    empty = (pool for pool in own if scene.workers(pool) is not None and not scene.live_workers(pool))
    return [pool for pool in empty if not (scene.startable(pool) or scene.claimed(pool) or scene.soon(pool))]


async def _due(api: Api, scene: Scene, pools: list[Pool]) -> dict[str, datetime]:
    window = (scene.now, scene.now + AHEAD)
    return await next_runs(api, pools, scene.paused_queues, window, scene.snapshot.server.settings.page_size)


def _target(scene: Scene, pool: str) -> timedelta:
    return seconds(scene.policy.for_pool(pool).backlog_target_seconds)
