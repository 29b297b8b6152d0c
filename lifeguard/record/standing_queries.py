"""How a server stands by its history: the newest reading of every work pool, what is open, and the newest patrols."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.findings import PoolReading, Severity, Verdict
from lifeguard.history import READING_HOLDS_SECONDS
from lifeguard.record.database import Database, reading
from lifeguard.record.pickup_queries import pickup_totals
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import INCIDENTS, PATROLS, POOLS, READINGS, SERVERS
from lifeguard.standing import LastPatrol, Standing, Trouble, fresh, one_per_name

COLUMNS = (
    *(POOLS.c[name] for name in ("pool_id", "name", "type", "needs_workers")),
    *(READINGS.c[name] for name in ("verdict", "workers_online", "workers_total", "overdue", "oldest_overdue_since")),
    *(READINGS.c[name] for name in ("pending", "running", "waiting_for_slot", "active_slots", "concurrency_limit")),
    READINGS.c.has_demand,
)


@dataclass(frozen=True, slots=True)
class _Looks:
    """The newest look of each kind; None where there was none."""

    newest: LastPatrol | None
    seen_at: datetime | None
    complete_at: datetime | None


async def read_standing(database: Database, server_name: str, now: datetime, stale_after_seconds: float) -> Standing:
    """The newest that is known of a server, without pools where that is too old. `now` is by the server's clock.

    Raises `HistoryUnavailable`, and `ConfigurationError` for a server that the history does not know.
    """
    async with reading(database) as connection:
        server_id = await server_id_of(connection, server_name)
        looks = await _looks(connection, server_id)
        pools = await _pools(connection, server_id, looks.seen_at, now)
        troubles = await _troubles(connection, server_id)
    standing = Standing(
        server=server_name,
        pools=one_per_name(pools),
        troubles=troubles,
        pickups=await pickup_totals(database, server_name),
        patrol=looks.newest,
        seen_at=looks.seen_at,
        complete_at=looks.complete_at,
    )
    return fresh(standing, now, stale_after_seconds)


async def _looks(connection: AsyncConnection, server_id: int) -> _Looks:
    """None that began after the newest: one may seem to, where the server's clock was set back since."""
    last = select(SERVERS.c.last_started_at).where(SERVERS.c.id == server_id).scalar_subquery()
    own = (
        select(PATROLS)
        .where(PATROLS.c.server_id == server_id, PATROLS.c.superseded.is_(False), PATROLS.c.started_at <= last)
        .order_by(PATROLS.c.started_at.desc())
        .limit(1)
    )
    newest = await _first(connection, own)
    seen = await _first(connection, own.where(PATROLS.c.saw_pools.is_(True)))
    complete = await _first(connection, own.where(PATROLS.c.complete.is_(True)))
    return _Looks(
        newest=_patrol(newest) if newest else None,
        seen_at=seen.started_at if seen else None,
        complete_at=complete.finished_at if complete else None,
    )


async def _first(connection: AsyncConnection, question: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
    return (await connection.execute(question)).first()


def _patrol(row: Row[*tuple[Any, ...]]) -> LastPatrol:
    return LastPatrol(row.finished_at, row.complete, row.duration_seconds, row.api_calls)


async def _pools(
    connection: AsyncConnection, server_id: int, seen_at: datetime | None, now: datetime
) -> list[PoolReading]:
    """Those that were there at the last look; where two share a name, the one that was met last comes last."""
    newest = (READINGS.c.pool == POOLS.c.id) & (READINGS.c.at == POOLS.c.last_reading_at)
    question = (
        select(*COLUMNS)
        .join_from(POOLS, READINGS, newest)
        .where(POOLS.c.server_id == server_id, POOLS.c.gone_at.is_(None))
        .where(READINGS.c.at > now - seconds(READING_HOLDS_SECONDS))
        .order_by(POOLS.c.id)
    )
    return [_reading(row, seen_at or now) for row in (await connection.execute(question)).all()]


def _reading(row: Row[*tuple[Any, ...]], seen_at: datetime) -> PoolReading:
    """A row tells since when the oldest run was overdue: how long that was at the last look is counted from it."""
    id, name, type, needs_workers, verdict, online, total, *numbers = row
    overdue, since, pending, running, waiting, used, limit, has_demand = numbers
    return PoolReading(
        id=id,
        name=name,
        type=type,
        status=None,
        needs_workers=needs_workers,
        verdict=Verdict(verdict),
        workers_online=online,
        workers_total=total,
        overdue=overdue,
        oldest_overdue_seconds=None if since is None else max(0.0, (seen_at - since).total_seconds()),
        pending=pending,
        running=running,
        waiting_for_slot=waiting,
        active_slots=used,
        concurrency_limit=limit,
        oldest_overdue_since=since,
        has_demand=has_demand,
    )


async def _troubles(connection: AsyncConnection, server_id: int) -> Mapping[Trouble, int]:
    by = (INCIDENTS.c.severity, INCIDENTS.c.code, INCIDENTS.c.pool_name)
    is_open = INCIDENTS.c.resolved_at.is_(None) & INCIDENTS.c.opened_at.is_not(None) & INCIDENTS.c.caused_by.is_(None)
    question = select(*by, func.count()).where(INCIDENTS.c.server_id == server_id, is_open).group_by(*by)
    return {Trouble(Severity(row[0]), row[1], row[2]): row[3] for row in await connection.execute(question)}
