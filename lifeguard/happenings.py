"""What Prefect's own events tell: what was changed, started or stopped, when. Facts only, of 3.8.8 and 3.9.1.

Of what an update changed, only numbers are kept (limits, priorities): parameters and job templates may hold secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

EVENTS_KEPT = timedelta(days=7)
"""`server.events.retention_period` (3.9.1)."""

Number = int | None

POOL, QUEUE, DEPLOYMENT = "prefect.work-pool.", "prefect.work-queue.", "prefect.deployment."
LIMIT, WORKER = "prefect.concurrency-limit.", "prefect.worker."
"""How the names of events begin, and the ids of their resources (a worker's is `prefect.worker.process.` and its name)."""

TELLING = (
    *(f"{POOL}{what}" for what in ("created", "updated", "deleted", "paused", "ready", "not-ready")),
    *(f"{QUEUE}{what}" for what in ("created", "updated", "deleted", "paused", "ready")),
    *(f"{kind}{what}" for kind in (DEPLOYMENT, LIMIT) for what in ("created", "updated", "deleted")),
    *(f"{WORKER}{what}" for what in ("started", "stopped")),
)
"""The events of what somebody did, and of what became of a pool by it; pausing a deployment makes none (3.9.1)."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event about one resource. `touched` are the ids of all resources that it names, its own included.

    `fields` are those that an update changed, `numbers` what the numbers among them were before and after; `limit` is
    what a concurrency limit was set to, whose events do not tell what it was before.
    """

    event: str
    at: datetime
    id: str
    name: str
    touched: frozenset[str] = frozenset()
    pool_name: str | None = None
    flow_name: str | None = None
    fields: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[Number, Number]] = field(default_factory=dict[str, tuple[Number, Number]])
    limit: Number = None


@dataclass(frozen=True, slots=True)
class Happenings:
    """The newest events of a time, oldest first; `is_cut_off` where there were more than were read."""

    seen: tuple[Happening, ...] = ()
    is_cut_off: bool = False


@dataclass(frozen=True, slots=True)
class WorkerEvent:
    """That a worker's process began, or ended in an orderly way; one that is killed says nothing (3.8.8 and 3.9.1).

    An exception that ends it is an orderly end too. `type` and `version` are what its own client says.
    """

    name: str
    pool_id: str
    at: datetime
    is_start: bool
    type: str | None = None
    version: str | None = None
