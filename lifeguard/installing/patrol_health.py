"""When did the last patrol complete, and is the next one late by the schedule?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeguard.durations import short
from lifeguard.facts import as_utc
from lifeguard.installing.asking import Row
from lifeguard.installing.health import LOOK_CLOSER, Part
from lifeguard.observe.api import Api
from lifeguard.page.events import HEARTBEAT
from lifeguard.page.silence_rules import SILENCE_SECONDS

PATROL = "last patrol"
FLOW = "patrol"


@dataclass(frozen=True, slots=True)
class SeenPatrols:
    """When the last one completed, since when one has been due, and when the next is expected; None: there is none."""

    completed_at: datetime | None
    due_since: datetime | None
    next_at: datetime | None

    def late_seconds(self, now: datetime) -> float:
        """By how much the schedule is not kept."""
        return (now - self.due_since).total_seconds() if self.due_since else 0.0


def patrol_part(seen: SeenPatrols, now: datetime) -> Part:
    """Not well where it is late by so much that a silence is paged, or where none is scheduled any more."""
    if seen.completed_at is None:
        return Part(PATROL, False, "none has completed yet", ("lifeguard patrol",))
    age, late = (now - seen.completed_at).total_seconds(), seen.late_seconds(now)
    says = f"completed {short(age)} ago"
    if late > SILENCE_SECONDS:
        return Part(PATROL, False, f"{says}; the next one is late by {short(late)}", LOOK_CLOSER)
    if age > SILENCE_SECONDS and not (seen.due_since or seen.next_at):
        return Part(PATROL, False, f"{says}; none is scheduled", LOOK_CLOSER)
    return Part(PATROL, True, says)


async def read_patrols(api: Api, deployment: Row | None, now: datetime) -> SeenPatrols:
    """Ask for the heartbeat of the patrols and, where it was not sent, for their runs; raises `CallFailed`."""
    told = [time for time in (await _heartbeat(api), await _completed_run(api)) if time]
    last = max(told, default=None)
    if deployment is None:
        return SeenPatrols(last, None, None)
    due = {"before_": now.isoformat(), **({"after_": last.isoformat()} if last else {})}
    return SeenPatrols(
        last,
        await _first_expected(api, deployment, due),
        await _first_expected(api, deployment, {"after_": now.isoformat()}),
    )


async def _heartbeat(api: Api) -> datetime | None:
    page: Row = await api.post(
        "events/filter", {"filter": {"event": {"name": [HEARTBEAT]}, "order": "DESC"}, "limit": 1}
    )
    return as_utc(page["events"][0]["occurred"]) if page["events"] else None


async def _completed_run(api: Api) -> datetime | None:
    body: dict[str, Any] = {
        "flows": {"name": {"any_": [FLOW]}},
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
        "sort": "END_TIME_DESC",
        "limit": 1,
    }
    rows: list[Row] = await api.post("flow_runs/filter", body)
    return as_utc(rows[0]["end_time"]) if rows else None


async def _first_expected(api: Api, deployment: Row, window: dict[str, str]) -> datetime | None:
    body: dict[str, Any] = {
        "flow_runs": {"deployment_id": {"any_": [deployment["id"]]}, "expected_start_time": window},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 1,
    }
    rows: list[Row] = await api.post("flow_runs/filter", body)
    return as_utc(rows[0]["expected_start_time"]) if rows else None
