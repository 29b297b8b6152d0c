"""The pools of the demo as data: what each is made of, and what Lifeguard must say of it."""

from dataclasses import dataclass

from lifeguard.demo.expected import Sign
from lifeguard.findings import Severity

FLOW = "report"
KILLED = "nobody-home"
SCHEDULE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Place:
    """A pool with one deployment and its due runs. `holds` is a long run that takes the only slot beforehand.

    `worker` holds the options of its worker, if it has one. `lost_queue` is deleted once the runs are there.
    """

    pool: str
    deployment: str | None = None
    due: int = 0
    shows: Sign | None = None
    type: str = "process"
    limit: int | None = None
    is_paused: bool = False
    queue: str | None = None
    lost_queue: bool = False
    deployment_limit: int | None = None
    holds: bool = False
    every_seconds: int | None = None
    worker: tuple[str, ...] | None = None


HEALTHY = Place("healthy", "sales", due=1, worker=(), every_seconds=SCHEDULE_SECONDS)
NOBODY_HOME = Place(KILLED, "billing", due=3, worker=(), shows=Sign("pool-no-workers", Severity.CRITICAL, KILLED))
FULL = Place(
    "full",
    "backup",
    due=2,
    limit=1,
    holds=True,
    worker=(),
    shows=Sign("pool-limit-saturated", Severity.WARNING, "full"),
)
LIMITED = Place(
    "limited",
    "one-at-a-time",
    due=1,
    deployment_limit=1,
    holds=True,
    worker=(),
    shows=Sign("deployment-limit-waiting", Severity.WARNING, f"{FLOW}/one-at-a-time"),
)
UNATTENDED = (
    Place(
        "wrong-queue",
        "training",
        due=2,
        queue="gpu",
        worker=("--work-queue", "default"),
        shows=Sign("queue-not-polled", Severity.CRITICAL, "gpu"),
    ),
    Place("paused", "newsletter", due=2, is_paused=True, shows=Sign("pool-paused", Severity.WARNING, "paused")),
    Place("push", "export", due=1, type="ecs:push", shows=Sign("push-pool-on-oss", Severity.CRITICAL, "push")),
    Place(
        "legacy",
        "import",
        due=1,
        type="prefect-agent",
        shows=Sign("pool-type-prefect-agent", Severity.CRITICAL, "legacy"),
    ),
    Place("zero", "cleanup", due=2, limit=0, shows=Sign("limit-set-to-zero", Severity.WARNING, "zero")),
    Place(
        "idle",
        "orphan",
        due=1,
        queue="retired",
        lost_queue=True,
        shows=Sign("run-orphaned-no-queue", Severity.CRITICAL, f"{FLOW}/orphan"),
    ),
)
PLACES = (HEALTHY, NOBODY_HOME, FULL, LIMITED, *UNATTENDED)
EXPECTED = frozenset(place.shows for place in PLACES if place.shows)
WORKERS = {place.pool: place.worker for place in PLACES if place.worker is not None}
