"""What one hour of a pool came to: its seconds, and its worst numbers. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lifeguard.facts import seconds
from lifeguard.findings import Verdict
from lifeguard.history import READING_HOLDS_SECONDS, Reading, tally_watched
from lifeguard.record.reading_queries import KnownPool
from lifeguard.spans import Span, common

HOUR = timedelta(hours=1)
NUMBERS = ("workers_online", "overdue", "running", "waiting_for_slot")


def full_hour(time: datetime) -> datetime:
    """The last full hour up to a time."""
    return time.replace(minute=0, second=0, microsecond=0)


def watched_hours(looked: Sequence[Span], start: datetime, end: datetime) -> dict[datetime, list[Span]]:
    """The full hours from one to another in which somebody looked, each with the spans in which that was."""
    hours = (start + number * HOUR for number in range(int((end - start) / HOUR)))
    seen = {hour: common(looked, [Span(hour, hour + HOUR)]) for hour in hours}
    return {hour: spans for hour, spans in seen.items() if spans}


def hour_row(
    pool: KnownPool, rows: Sequence[Mapping[Any, Any]], looked: Sequence[Span], hour: datetime
) -> dict[str, Any] | None:
    """The row of `lifeguard_hours`, from readings sorted by time; None where nothing is known of a watched hour."""
    end = hour + HOUR
    held = _held(rows, pool.gone_at, hour)
    readings = [Reading(row["at"], Verdict(row["verdict"]), row["has_demand"], row["workers_online"]) for row in held]
    came_to = tally_watched(readings, looked, pool.needs_workers, pool.gone_at, hour, end)
    known = {name: [row[name] for row in held if row[name] is not None] for name in NUMBERS}
    if not came_to.watched and not any(known.values()):
        return None
    return {
        "pool": pool.id,
        "hour": hour,
        "watched_seconds": came_to.watched,
        "demand_seconds": came_to.demand,
        "up_seconds": came_to.up,
        "workers_min": min(known["workers_online"], default=None),
        "workers_max": _most(known["workers_online"]),
        "overdue_max": _most(known["overdue"]),
        "running_max": _most(known["running"]),
        "waiting_for_slot_max": _most(known["waiting_for_slot"]),
    }


def _held(rows: Sequence[Mapping[Any, Any]], gone_at: datetime | None, hour: datetime) -> list[Mapping[Any, Any]]:
    """The readings that hold at some time of the hour: those made in it, and the last one before unless it ended."""
    within = [row for row in rows if hour <= row["at"] < hour + HOUR]
    has_ended = (gone_at is not None and gone_at <= hour) or (bool(within) and within[0]["at"] == hour)
    before = [] if has_ended else [row for row in rows if row["at"] < hour][-1:]
    return [row for row in before if row["at"] + seconds(READING_HOLDS_SECONDS) > hour] + within


def _most(numbers: Iterable[int]) -> int | None:
    return max(numbers, default=None)
