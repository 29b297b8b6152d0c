"""What was seen of the server's own background services: their settings, and what they left behind. No judgement.

No endpoint tells whether they are alive (`/health` is a constant); what they should have done and did not, does.
"""

from dataclasses import dataclass
from datetime import datetime

RUNS_MADE_AHEAD = "runs made ahead"
STORED_EVENTS = "stored events"
"""What is asked for by name: whether it was seen."""

MADE_BY_SCHEDULER = "auto-scheduled"
"""The tag that the scheduler gives to each run it makes (Prefect 3.8.8 and 3.9.1)."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How the services are set, as far as the API's own process knows; the defaults are Prefect's own (3.9.1).

    The scheduler makes runs up to `scheduler_ahead_seconds` ahead, of one schedule `scheduler_max_runs` at most. A server
    that tells no `cancelling_timeout_seconds` never ends a cancellation by itself.
    """

    scheduler_enabled: bool = True
    scheduler_loop_seconds: float = 60.0
    scheduler_ahead_seconds: float = 3600.0
    scheduler_max_runs: int = 100
    late_runs_enabled: bool = True
    late_runs_loop_seconds: float = 5.0
    foreman_enabled: bool = True
    foreman_loop_seconds: float = 15.0
    cancellation_enabled: bool = True
    cancellation_loop_seconds: float = 20.0
    cancelling_timeout_seconds: float | None = 300.0
    event_persister_enabled: bool = True


@dataclass(frozen=True, slots=True)
class UnmadeRun:
    """A date of an active schedule for which the scheduler should have made a run, and has made none after `after`.

    `schedule_since` is when the schedule was last changed.
    """

    deployment_id: str
    deployment: str
    due: datetime
    after: datetime
    schedule_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredEvents:
    """How many events of any kind the server keeps since a change of state, of which it must keep one at least."""

    since: datetime
    change: str
    number: int


@dataclass(frozen=True, slots=True)
class ServicesSeen:
    """What the services left behind. `events` is None where nothing had happened that must have left an event."""

    unmade: tuple[UnmadeRun, ...] = ()
    events: StoredEvents | None = None
