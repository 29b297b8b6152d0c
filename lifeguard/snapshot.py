"""What one look saw, and what it could not see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lifeguard.cluster import Cluster
from lifeguard.facts import (
    Deployment,
    Heartbeats,
    Holder,
    Leak,
    Limit,
    Pool,
    Queue,
    Run,
    Server,
    StoppedSchedule,
    TaskWait,
    Worker,
)
from lifeguard.happenings import WorkerEvent
from lifeguard.memory import Memory
from lifeguard.pods import ObserverLine, PodEvent
from lifeguard.services import ServicesSeen
from lifeguard.signatures.sign import Sign

SERVER_SETTINGS = "server settings"
WAITING_RUNS = "waiting runs"
ACTIVE_RUNS = "active runs"
LAST_STARTS = "last starts"
WORK_QUEUES = "work queues"
SLOT_HOLDERS = "slot holders"
PARENTS_OF_SUBFLOWS = "parents of subflow runs"
TAGGED_TASK_RUNS = "task runs with the tag"
HEARTBEATS = "heartbeats of runs"
LOST_LEASES = "logs of crashed runs"
SLOT_LEAKS = "runs behind the slots of a deployment"
TAG_LEASES = "leases of the tag"
SCHEDULES = "schedules of deployments"
WORKER_EVENTS = "starts of workers"
PODS_EVENTS = "events of pods"
OBSERVER_LINES = "what the observer of Kubernetes wrote"
WORKERS_AND_RUNS = "workers and runs"
"""What is asked for by name: whether it was seen. The last is all that a part of a look sees of a pool."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be seen, and why. `essential` means that a verdict is not possible without it."""

    what: str
    reason: str
    pool_id: str | None = None
    pool_name: str | None = None
    essential: bool = True

    @property
    def kind(self) -> str:
        """What of it is the same for others like it: `starts of the work queue` of `starts of the work queue 'express'`."""
        return self.what.partition(" '")[0]


@dataclass(frozen=True, slots=True)
class Answers:
    """How the API answered this look: each status of 400 and above with how often it came, repetitions too.

    `by_prefect` counts those of them that Prefect itself gave, not a proxy before it (`exception_message`, 3.8.8 and 3.9.1).
    """

    statuses: Mapping[int, int] = field(default_factory=dict[int, int])
    by_prefect: Mapping[int, int] = field(default_factory=dict[int, int])

    def number(self, status: int) -> int:
        """How often it was answered so, by whomever."""
        return self.statuses.get(status, 0)

    def number_by_prefect(self, status: int) -> int:
        """How often Prefect itself answered so."""
        return self.by_prefect.get(status, 0)

    def __add__(self, other: "Answers") -> "Answers":
        """Both together."""
        return Answers(_summed(self.statuses, other.statuses), _summed(self.by_prefect, other.by_prefect))


@dataclass(frozen=True, slots=True)
class Price:
    """What calls cost: their number, the bytes of the answers as they were sent, and the seconds until they were there.

    The seconds of calls that were made at the same time are added up, so that they may be more than the look took.
    """

    calls: int = 0
    received_bytes: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Price") -> "Price":
        """Both together."""
        return Price(self.calls + other.calls, self.received_bytes + other.received_bytes, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The picture of one look. `taken_at` is the server's clock at the look's beginning.

    `workers` has no entry for a pool whose workers were not asked for or not seen; `holders` only has the pools whose
    slots were worth a call. `retrying` are the runs that only their own process can begin again; `interrupted` crashed
    after they had begun, and `lost_leases` are the ids of those whose lease could not be renewed. `caught_up` counts, by
    pool, the starts of the last `CAUGHT_UP_WITHIN_SECONDS` that were due before. `worker_events` are by time, the newest
    of them last; those before `worker_events_since` may be missing. `signs` are known signatures in logs: of files that were
    given, and of runs whose logs were read anyway. `pod_events` and `observer_lines` are of runs in trouble on pools of
    Kubernetes, by the time at which they were received; of the runs in `pods_asked`, having none means that there is none.
    `clusters` are those that could be looked into. `memory` goes in as an earlier look left it and comes out as what the next
    one may use; `workers_read_at` is when the workers of a pool were read, of those that were not asked again in this look.
    """

    server: Server
    taken_at: datetime
    pools: tuple[Pool, ...] = ()
    queues: tuple[Queue, ...] = ()
    workers: Mapping[str, tuple[Worker, ...]] = field(default_factory=dict[str, tuple[Worker, ...]])
    waiting: tuple[Run, ...] = ()
    active: tuple[Run, ...] = ()
    ended: tuple[Run, ...] = ()
    cancelling: tuple[Run, ...] = ()
    limits: tuple[Limit, ...] = ()
    deployments: Mapping[str, Deployment] = field(default_factory=dict[str, Deployment])
    holders: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict[str, tuple[Holder, ...]])
    task_waits: tuple[TaskWait, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict[str, str])
    progressing: frozenset[str] = frozenset()
    queue_starts: Mapping[str, int] = field(default_factory=dict[str, int])
    last_starts: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    paused: tuple[Run, ...] = ()
    retrying: tuple[Run, ...] = ()
    interrupted: tuple[Run, ...] = ()
    lost_leases: frozenset[str] = frozenset()
    heartbeats: Mapping[str, Heartbeats] = field(default_factory=dict[str, Heartbeats])
    leaks: tuple[Leak, ...] = ()
    caught_up: Mapping[str, int] = field(default_factory=dict[str, int])
    stopped_schedules: tuple[StoppedSchedule, ...] = ()
    services: ServicesSeen = field(default_factory=ServicesSeen)
    answers: Answers = field(default_factory=Answers)
    signs: tuple[Sign, ...] = ()
    worker_events: tuple[WorkerEvent, ...] = ()
    worker_events_since: datetime | None = None
    pod_events: tuple[PodEvent, ...] = ()
    observer_lines: tuple[ObserverLine, ...] = ()
    pods_asked: frozenset[str] = frozenset()
    clusters: tuple[Cluster, ...] = ()
    memory: Memory = field(default_factory=Memory)
    workers_read_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    missing: tuple[Missing, ...] = ()
    api_calls: int = 0
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])

    @property
    def is_complete(self) -> bool:
        """Whether everything that a verdict rests on was seen."""
        return self.can_go_on and not any(missing.essential for missing in self.missing)

    def sees(self, what: str) -> bool:
        """Whether this kind of thing was read to its end."""
        return self.can_go_on and all(missing.what != what for missing in self.missing)

    @property
    def can_go_on(self) -> bool:
        """Whether asking for more makes sense: the server is there, and so is its database as far as we know."""
        return self.server.reachable and self.server.ready is not False


def _summed(first: Mapping[int, int], second: Mapping[int, int]) -> Mapping[int, int]:
    return {status: first.get(status, 0) + second.get(status, 0) for status in (*first, *second)}
