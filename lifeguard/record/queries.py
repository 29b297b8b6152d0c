"""What happened on a server, read from the history: incidents, uptime of pools, minutes lost."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches

from lifeguard.configuration import ConfigurationError
from lifeguard.history import History, PoolHistory, Seconds, minutes_lost
from lifeguard.incidents import Incident
from lifeguard.record.database import Database, reading
from lifeguard.record.incident_queries import incidents_between
from lifeguard.record.reading_queries import KnownPool, known_pools, seconds_of_pools
from lifeguard.record.servers import server_id_of
from lifeguard.spans import Span

LOOKS_BACK_WITHIN_SECONDS = 60.0
"""A week of 2,000 pools is more than a patrol ever reads; nobody but the reader waits for it."""


async def read_history(
    database: Database, server_name: str, since: datetime, until: datetime, pool: str | None = None
) -> History:
    """What happened to all pools of a server, or to one.

    Raises `ConfigurationError` for a server or a pool that the history does not know, and `HistoryUnavailable`.
    """
    async with reading(database, LOOKS_BACK_WITHIN_SECONDS) as connection:
        server_id = await server_id_of(connection, server_name)
        pools = _chosen(await known_pools(connection, server_id), pool, since, server_name)
        incidents = await incidents_between(connection, server_id, since, until, pool)
        seconds = await seconds_of_pools(connection, server_id, pools, Span(since, until))
    by_name: defaultdict[str, Seconds] = defaultdict(Seconds)
    for each in pools:
        by_name[each.name] += seconds[each.id]
    return History(server_name, since, until, tuple(incidents), _with_losses(by_name, incidents, Span(since, until)))


def _chosen(known: Sequence[KnownPool], name: str | None, since: datetime, server_name: str) -> list[KnownPool]:
    """The pools that there were in the window; one that is asked for by name, whenever it was."""
    if name is None:
        return [pool for pool in known if pool.gone_at is None or pool.gone_at > since]
    chosen = [pool for pool in known if pool.name == name]
    if not chosen:
        near = get_close_matches(name, {pool.name for pool in known}, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`lifeguard history` lists those that it knows."
        raise ConfigurationError(f"There is no work pool {name!r} in the history of {server_name}; {hint}")
    return chosen


def _with_losses(seconds: dict[str, Seconds], incidents: Iterable[Incident], window: Span) -> tuple[PoolHistory, ...]:
    """One per name; a pool that only incidents tell of was not watched."""
    lost = minutes_lost(incidents, window)
    names = sorted({*seconds, *(name for name in lost if name is not None)})
    return tuple(PoolHistory(name, seconds.get(name, Seconds()), lost.get(name, {})) for name in names)
