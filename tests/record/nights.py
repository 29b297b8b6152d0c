"""A history of pools that are empty but for an hour each night, as patrols would have written it."""

from datetime import datetime, timedelta
from typing import Any

from lifeguard.record.database import Database
from lifeguard.record.tables import PATROLS, POOLS, READINGS, SERVERS
from tests.builders import API_URL, NOW
from tests.record.past import a_reading, patrol, pool, put

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVERY = 4 * MINUTE

SCALES, SLOW, GONE = "it's | `x` {{y}} 🛟", "slow", "gone"
"""A worker comes after 4 minutes; after 16; and to the last one, whose worker went for good, never again."""

Rows = list[dict[str, Any]]


async def write_nights(database: Database, server: str = API_URL, now: datetime = NOW, days: int = 8) -> None:
    """Runs are due each day ten hours before this time; the worker stays for an hour. Nobody is there now."""
    times = [now - number * EVERY for number in range(int(days * DAY / EVERY), -1, -1)]
    await put(database, SERVERS, {"id": 1, "name": server})
    await put(database, PATROLS, *(patrol(at) for at in times))
    dues = [now - number * DAY - 10 * HOUR for number in range(days - 1, -1, -1)]
    histories = ((101, SCALES, _nights(dues, EVERY)), (102, SLOW, _nights(dues, 4 * EVERY)), (103, GONE, _gone(now)))
    for number, name, changes in histories:
        rows = _held(changes, times[0], now)
        await put(database, POOLS, pool(number, name=name, last_reading_at=rows[-1]["at"]))
        await put(database, READINGS, *({**row, "pool": number} for row in rows))


def _nights(dues: list[datetime], wait: timedelta) -> Rows:
    """Work is due between two patrols; the patrol after that sees it, unless the worker is there by then."""
    rows: Rows = []
    for due in dues:
        seen = [_row(due + EVERY, 0, 3, due + EVERY / 2)] if wait > EVERY else []
        rows += [_row(due - EVERY, 0, 0), *seen, _row(due + wait, 1, 0), _row(due + HOUR, 0, 0, has_demand=False)]
    return rows


def _gone(now: datetime) -> Rows:
    return [_row(now - 8 * DAY, 2, 0), _row(now - 3 * HOUR, 0, 0, has_demand=False)]


def _row(
    at: datetime, workers: int, overdue: int, since: datetime | None = None, has_demand: bool = True
) -> dict[str, Any]:
    return a_reading(
        at, workers_online=workers, overdue=overdue, oldest_overdue_since=since, has_demand=has_demand, running=0
    )


def _held(changes: Rows, first: datetime, now: datetime) -> Rows:
    """Each row again once an hour, until the next one, as patrols write it."""
    ends = [*(row["at"] for row in changes[1:]), now]
    return [
        {**row, "at": row["at"] + number * HOUR}
        for row, end in zip(changes, ends, strict=True)
        for number in range(-((row["at"] - end) // HOUR))
        if row["at"] + number * HOUR >= first
    ]
