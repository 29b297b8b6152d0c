"""What the backlog of each pool will come to, from the patrols of the last hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.backlog import LOOKS_BACK, Level
from lifeguard.facts import seconds
from lifeguard.findings import CATALOGUE
from lifeguard.forecast import Bound, Forecast, Holding, Standing, forecast_of
from lifeguard.history import READING_HOLDS_SECONDS
from lifeguard.policy import Policy
from lifeguard.record.database import Database, reading
from lifeguard.record.pickup_rows import pickups_of
from lifeguard.record.reading_queries import patrol_times
from lifeguard.record.servers import server_id_of
from lifeguard.record.tables import INCIDENTS, PICKUPS, POOLS, READINGS, SERVERS

LOOKS_BACK_WITHIN_SECONDS = 60.0
PROVEN_BOUNDS = [bound.value for bound in Bound if bound.value in CATALOGUE]
NUMBERS = ("at", "overdue", "oldest_overdue_since", "workers_online", "active_slots", "concurrency_limit")
DEFAULTS = Policy()

Rows = Sequence[Mapping[Any, Any]]


async def forecasts(
    database: Database, server: str, now: datetime, policy: Policy = DEFAULTS, pool: str | None = None
) -> dict[str, Forecast]:
    """A forecast for every pool that there is, or for one, by name; empty before the first patrol.

    Raises `ConfigurationError` for a server that the history does not know, and `HistoryUnavailable`.
    """
    async with reading(database, LOOKS_BACK_WITHIN_SECONDS) as connection:
        server_id = await server_id_of(connection, server)
        looked = await patrol_times(connection, server_id, now - LOOKS_BACK, now)
        standings = await _standings(connection, server_id, looked[-1] if looked else None, pool)
        late = [id for id, standing in standings.items() if standing.overdue]
        readings = await _readings(connection, late, now)
        began = await _began(connection, late, now)
        counted_until = await _counted_until(connection, server_id)
    return {
        standing.pool: forecast_of(
            standing,
            _levels(looked, readings.get(id, ())),
            began.get(id, {}),
            counted_until,
            now,
            policy.for_pool(standing.pool).backlog_target_seconds,
        )
        for id, standing in standings.items()
    }


async def _standings(
    connection: AsyncConnection, server_id: int, looked_at: datetime | None, pool: str | None
) -> dict[int, Standing]:
    """The newest reading of each pool that there is; before the looks of the window nothing is known of them."""
    newest = (READINGS.c.pool == POOLS.c.id) & (READINGS.c.at == POOLS.c.last_reading_at)
    own = [POOLS.c.server_id == server_id, POOLS.c.gone_at.is_(None), *([POOLS.c.name == pool] if pool else [])]
    columns = (POOLS.c.id, POOLS.c.name, *(READINGS.c[name] for name in NUMBERS))
    rows = (await connection.execute(select(*columns).join(READINGS, newest).where(*own))).mappings()
    holdings = await _holdings(connection, server_id)
    return {row["id"]: _standing(row, looked_at or row["at"], holdings.get(row["name"], ())) for row in rows}


def _standing(row: Mapping[Any, Any], looked_at: datetime, holdings: Iterable[Holding]) -> Standing:
    return Standing(
        pool=row["name"],
        looked_at=max(looked_at, row["at"]),
        overdue=row["overdue"],
        oldest_overdue_since=row["oldest_overdue_since"],
        workers_online=row["workers_online"],
        active_slots=row["active_slots"],
        concurrency_limit=row["concurrency_limit"],
        holdings=tuple(holdings),
    )


async def _holdings(connection: AsyncConnection, server_id: int) -> Mapping[str, list[Holding]]:
    """What open incidents prove to hold back each pool, in the order of explanation."""
    is_open = INCIDENTS.c.opened_at.is_not(None) & INCIDENTS.c.resolved_at.is_(None) & INCIDENTS.c.gone_since.is_(None)
    own = (INCIDENTS.c.server_id == server_id) & INCIDENTS.c.code.in_(PROVEN_BOUNDS) & is_open
    columns = (INCIDENTS.c.pool_name, INCIDENTS.c.code, INCIDENTS.c.resource_name, INCIDENTS.c.evidence)
    rows = (await connection.execute(select(*columns).where(own))).mappings().all()
    found: defaultdict[str, list[Holding]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (PROVEN_BOUNDS.index(row["code"]), row["resource_name"])):
        found[row["pool_name"]].append(Holding(Bound(row["code"]), row["resource_name"], _size(row["evidence"])))
    return found


def _size(evidence: Mapping[str, Any]) -> int | None:
    size = evidence.get("concurrency_limit", evidence.get("workers_online"))
    return size if isinstance(size, int) else None


async def _readings(connection: AsyncConnection, pools: Sequence[int], now: datetime) -> Mapping[int, Rows]:
    since = now - LOOKS_BACK - seconds(READING_HOLDS_SECONDS)
    columns = (READINGS.c.pool, READINGS.c.at, READINGS.c.overdue)
    question = select(*columns).where(READINGS.c.pool.in_(pools), READINGS.c.at >= since, READINGS.c.at <= now)
    found: defaultdict[int, list[Mapping[Any, Any]]] = defaultdict(list)
    for row in (await connection.execute(question.order_by(READINGS.c.pool, READINGS.c.at))).mappings():
        found[row["pool"]].append(row)
    return found


async def _began(connection: AsyncConnection, pools: Sequence[int], now: datetime) -> Mapping[int, dict[datetime, int]]:
    since = now - LOOKS_BACK - timedelta(minutes=5)
    rows = await connection.execute(select(PICKUPS).where(PICKUPS.c.pool.in_(pools), PICKUPS.c.at >= since))
    found: defaultdict[int, dict[datetime, int]] = defaultdict(dict)
    for row in rows.mappings():
        found[row["pool"]][row["at"]] = pickups_of(row).runs
    return found


async def _counted_until(connection: AsyncConnection, server_id: int) -> datetime | None:
    own = select(SERVERS.c.starts_counted_until).where(SERVERS.c.id == server_id)
    return (await connection.execute(own)).scalar_one()


def _levels(looked: Sequence[datetime], readings: Rows) -> list[Level]:
    """The backlog at each patrol: that of the newest reading before, as long as one holds."""
    levels, number = list[Level](), -1
    for at in looked:
        while number + 1 < len(readings) and readings[number + 1]["at"] <= at:
            number += 1
        holds = number >= 0 and at - readings[number]["at"] <= seconds(READING_HOLDS_SECONDS)
        levels.append(Level(at, readings[number]["overdue"] if holds else None))
    return levels
