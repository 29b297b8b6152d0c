"""What the server has scheduled and will schedule, and what the history knows of how fast pools start runs."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.facts import Pool, Snapshot
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.look import Look, Progress
from lifeguard.observe.pools import read_pools
from lifeguard.observe.upcoming import Seen, find_upcoming
from lifeguard.pace import Pace
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.pace_queries import paces_of_pools
from lifeguard.record.place import chosen_database
from lifeguard.upcoming import HOUR, Ability, Coming, PoolPlan, Upcoming, plan_of

Paces = Mapping[str, Pace]


class CouldNotLook(Exception):
    """The server did not tell what is to start; the message is one sentence."""


async def look_ahead(only: tuple[str, ...], hours: int, environment: Mapping[str, str], tell: Progress) -> Upcoming:
    """So many hours from now, and the rest of the last one. Raises `CouldNotLook` and `ConfigurationError`."""
    sources = local_sources(None, environment)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        look, snapshot = await settle(api, sources, only, tell, utc_now())
        pools = await _pools(look, snapshot)
        until = snapshot.taken_at.replace(minute=0, second=0, microsecond=0) + (hours + 1) * HOUR
        tell("reading what is to start")
        seen = await _seen(look, snapshot, pools, until)
        tell("reading the history")
        paces, unread = await _paces(look, snapshot, environment)
    plans = tuple(_plans(look, snapshot.taken_at, pools, seen, paces, until))
    return Upcoming(snapshot.server.api_url, snapshot.taken_at, until, plans, seen.elsewhere, seen.read_until, unread)


async def _pools(look: Look, snapshot: Snapshot) -> tuple[Pool, ...]:
    url = snapshot.server.api_url
    if not snapshot.can_go_on:
        raise CouldNotLook(f"{url} does not answer ({snapshot.server.not_ready_because}); see `lifeguard check`.")
    pools, missing = await read_pools(look.api, snapshot, look.policy, look.only)
    if missing:
        raise CouldNotLook(f"The work pools at {url} could not be read ({missing[0].reason}); see `lifeguard check`.")
    return tuple(sorted(pools, key=lambda pool: pool.name))


async def _seen(look: Look, snapshot: Snapshot, pools: tuple[Pool, ...], until: datetime) -> Seen:
    try:
        return await find_upcoming(look.api, snapshot, pools, until, look.only)
    except (CallFailed, *ANOTHER_SHAPE) as failure:
        reason = failure.reason if isinstance(failure, CallFailed) else "the answer is not what Prefect answers"
        raise CouldNotLook(
            f"What is to start could not be read from {snapshot.server.api_url} ({reason}); see `lifeguard check`."
        ) from failure


async def _paces(look: Look, snapshot: Snapshot, environment: Mapping[str, str]) -> tuple[Paces, str | None]:
    """What the history knows, or why it knows nothing: what is to start can be told without it."""
    from prefect.settings import get_current_settings

    server = look.policy.server_name or snapshot.server.api_url
    try:
        database = await chosen_database(look.api, environment, get_current_settings().home)
        return await paces_of_pools(database, server, snapshot.taken_at), None
    except (HistoryUnavailable, ConfigurationError) as reason:
        return {}, str(reason)


def _plans(
    look: Look, now: datetime, pools: tuple[Pool, ...], seen: Seen, paces: Paces, until: datetime
) -> list[PoolPlan]:
    coming: defaultdict[str, list[Coming]] = defaultdict(list)
    untold: defaultdict[str, list[datetime]] = defaultdict(list)
    for run in seen.coming:
        coming[run.pool].append(run)
    for each in seen.untold:
        untold[each.pool].append(each.after)
    return [
        plan_of(
            pool.name,
            coming[pool.name],
            untold[pool.name],
            _ability(pool, paces.get(pool.name, Pace())),
            (now, until),
            timedelta(seconds=look.policy.for_pool(pool.name).backlog_target_seconds),
        )
        for pool in pools
    ]


def _ability(pool: Pool, pace: Pace) -> Ability:
    return Ability(pool.concurrency_limit, pace.holds_minutes, pace.fastest, pool.is_paused)
