"""What the server has scheduled and will schedule, and what the history knows of how fast pools start runs."""

from collections import defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lifeguard.commands.nobody_there import Nobody, Witnesses, find_unstaffed
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.facts import Pool
from lifeguard.filling import Gate
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.gates import deployment_gates, queue_gates
from lifeguard.observe.look import Look, Progress
from lifeguard.observe.pools import read_pools
from lifeguard.observe.upcoming import Seen, find_upcoming
from lifeguard.pace import Pace
from lifeguard.record.arrival_queries import newest_workers
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.pace_queries import paces_of_pools
from lifeguard.record.place import chosen_database
from lifeguard.record.staffing_queries import falling_workers
from lifeguard.snapshot import Snapshot
from lifeguard.staffing import Falling
from lifeguard.upcoming import HOUR, Ability, Coming, Gates, PoolPlan, Upcoming, plan_of

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
        past = await _past(look, snapshot, environment)
        tell("reading the limits")
        gates = await _gates(look, snapshot, pools, seen, past.paces)
        tell("looking for workers")
        nobody = await find_unstaffed(look, snapshot, pools, seen, past.witnesses)
    plans = tuple(_plans(look, snapshot.taken_at, pools, seen, past, gates, nobody, until))
    told = (seen.elsewhere, seen.read_until, past.unread, nobody.in_doubt)
    return Upcoming(snapshot.server.api_url, snapshot.taken_at, until, plans, *told)


async def _pools(look: Look, snapshot: Snapshot) -> tuple[Pool, ...]:
    url = snapshot.server.api_url
    if not snapshot.can_go_on:
        raise CouldNotLook(f"{url} does not answer ({snapshot.server.not_ready_because}); see `lifeguard check`.")
    pools, missing = await read_pools(look.api, snapshot, look.policy, look.only)
    if missing:
        raise CouldNotLook(f"The work pools at {url} could not be read ({missing[0].reason}); see `lifeguard check`.")
    return tuple(sorted(pools, key=lambda pool: pool.name))


async def _seen(look: Look, snapshot: Snapshot, pools: tuple[Pool, ...], until: datetime) -> Seen:
    with _or_could_not_look("What is to start", snapshot):
        return await find_upcoming(look.api, snapshot, pools, until, look.only)


@contextmanager
def _or_could_not_look(what: str, snapshot: Snapshot) -> Generator[None, None, None]:
    try:
        yield
    except (CallFailed, *ANOTHER_SHAPE) as failure:
        reason = failure.reason if isinstance(failure, CallFailed) else "the answer is not what Prefect answers"
        raise CouldNotLook(
            f"{what} could not be read from {snapshot.server.api_url} ({reason}); see `lifeguard check`."
        ) from failure


async def _gates(look: Look, snapshot: Snapshot, pools: tuple[Pool, ...], seen: Seen, paces: Paces) -> Gates:
    """Of pools to which runs come; a pool's or a queue's is told only where the history knows how long runs take."""
    wanted = {run.pool for run in seen.coming}
    of_pools = [pool for pool in pools if pool.name in wanted]
    holds = {pool.name: paces.get(pool.name, Pace()).holds_minutes for pool in of_pools}
    with _or_could_not_look("Limits", snapshot):
        queues: Mapping[str, list[Gate]] = {}
        if any(holds.values()):
            queues = await queue_gates(look.api, of_pools, holds, snapshot.server.settings.page_size)
        return Gates(
            {pool.name: _of_pool(pool, holds) for pool in of_pools}, queues, await deployment_gates(look.api, seen)
        )


def _of_pool(pool: Pool, holds: Mapping[str, float | None]) -> Gate | None:
    length = holds[pool.name]
    if not pool.concurrency_limit or not length:
        return None
    return Gate("work pool", pool.name, pool.concurrency_limit, pool.active_slots or 0, length)


@dataclass(frozen=True, slots=True)
class _Past:
    """What the history knows, by pool; or why it knows nothing: what is to start can be told without it."""

    paces: Paces = field(default_factory=dict[str, Pace])
    falling: Mapping[str, Falling] = field(default_factory=dict[str, Falling])
    witnesses: Witnesses = field(default_factory=Witnesses)
    unread: str | None = None


async def _past(look: Look, snapshot: Snapshot, environment: Mapping[str, str]) -> _Past:
    from prefect.settings import get_current_settings

    asked = (look.policy.server_name or snapshot.server.api_url, snapshot.taken_at)
    try:
        database = await chosen_database(look.api, environment, get_current_settings().home)
        return _Past(
            await paces_of_pools(database, *asked),
            await falling_workers(database, *asked),
            Witnesses(database, asked[0], await newest_workers(database, *asked)),
        )
    except (HistoryUnavailable, ConfigurationError) as reason:
        return _Past(unread=str(reason))


def _plans(
    look: Look,
    now: datetime,
    pools: tuple[Pool, ...],
    seen: Seen,
    past: _Past,
    gates: Gates,
    nobody: Nobody,
    until: datetime,
) -> list[PoolPlan]:
    coming: defaultdict[str, list[Coming]] = defaultdict(list)
    untold: defaultdict[str, list[datetime]] = defaultdict(list)
    for run in seen.coming:
        coming[run.pool].append(run)
    for each in seen.untold:
        untold[each.pool].append(each.after)
    plans = list[PoolPlan]()
    for pool in pools:
        own, ability = coming[pool.name], _ability(pool, past.paces.get(pool.name, Pace()))
        target = timedelta(seconds=look.policy.for_pool(pool.name).backlog_target_seconds)
        plan = plan_of(pool.name, own, untold[pool.name], ability, (now, until), target)
        fillings = () if pool.is_paused else gates.fillings(pool.name, own, now, target)
        crew = {"falling": past.falling.get(pool.name), "unstaffed": nobody.pools.get(pool.name)}
        plans.append(replace(plan, fillings=fillings, **crew))
    return plans


def _ability(pool: Pool, pace: Pace) -> Ability:
    return Ability(pool.concurrency_limit, pace.holds_minutes, pace.fastest, pool.is_paused)
