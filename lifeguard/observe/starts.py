"""The runs that began in a window of time: one call in the usual case, and at most a declared number of runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lifeguard.facts import OWN_TAG, as_utc
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import Row, runs_up_to
from lifeguard.snapshot import Missing, Snapshot
from lifeguard.spans import Span
from lifeguard.starts import Start, Starts

STARTS_AT_ONCE = 2000
"""So many runs a patrol reads, ten pages; what began later is left to the next."""


async def find_starts(
    api: Api, snapshot: Snapshot, after: datetime | None, window: Span
) -> tuple[Starts | None, tuple[Missing, ...]]:
    """The first starts in a window, on the pools of a snapshot; of too many, those of its first part, and that is said.

    None where they could not be read. `after` is the mark in the history from which the window was made.
    """
    reading = _read_starts(api, snapshot, after, window)
    starts, missing = await attempt(reading, None, lambda why: _unseen("starts of runs", why))
    return starts, (*missing, *(_left_out(starts, window) if starts else ()))


async def _read_starts(api: Api, snapshot: Snapshot, after: datetime | None, window: Span) -> Starts:
    """Where a run has no `start_time` the server's filter takes its expected start instead, unless that is excluded."""
    began: dict[str, Any] = {"after_": window.start.isoformat(), "before_": window.end.isoformat(), "is_null_": False}
    asked = {"flow_runs": {"start_time": began, "deployment_id": {"is_null_": False}}}
    rows, cut = await runs_up_to(api, asked, "start_time", snapshot.server.settings.page_size, STARTS_AT_ONCE)
    read = Span(window.start, as_utc(cut) or window.end)
    pools = {pool.name: pool.id for pool in snapshot.pools}
    starts = (_first_start(row, pools) for row in rows)
    return Starts(after, read, tuple(start for start in starts if start and read.start <= start.began < read.end))


def _first_start(row: Row, pools: Mapping[str, str]) -> Start | None:
    """When a run first began; None for one that never did, runs in no pool that is looked at, or is Lifeguard's own.

    `start_time` and `expected_start_time` are set once; only `run_count` tells a run that ended before it began.
    """
    pool, began, expected = pools.get(row["work_pool_name"]), as_utc(row["start_time"]), as_utc(_ready_since(row))
    if pool is None or began is None or expected is None or not row["run_count"] or OWN_TAG in row["tags"]:
        return None
    return Start(pool, began, (began - expected).total_seconds())


def _ready_since(row: Row) -> str:
    """When a run could begin: when it was expected, or made, if somebody made it for a time that had passed."""
    times: list[str] = [time for time in (row["expected_start_time"], row["created"]) if time]
    return max(times, key=datetime.fromisoformat)


def _left_out(starts: Starts, window: Span) -> list[Missing]:
    """What is counted later, or never: no number is to look whole that is not."""
    left_out: list[Missing] = []
    if starts.until < window.end:
        why = f"more than {STARTS_AT_ONCE:,} runs began; the next patrol counts those that began later"
        left_out.append(_unseen(f"starts of runs since {starts.until:%H:%M:%S} UTC", why))
    if starts.after and starts.after < window.start:
        why = f"no patrol counted them within a day; counting goes on from {window.start:%Y-%m-%d %H:%M} UTC"
        left_out.append(_unseen(f"starts of runs since {starts.after:%Y-%m-%d %H:%M} UTC", why))
    return left_out


def _unseen(what: str, why: str) -> Missing:
    """No verdict rests on it."""
    return Missing(what, why, essential=False)
