"""What was seen: immutable facts about one Prefect server. No judgement lives here, and no clock.

Every time is aware and UTC; every duration is in seconds. A field that the server did not tell is None, which never
means zero.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lifeguard.services import ServiceSettings

WAITING_FOR_SLOT = "AwaitingConcurrencySlot"
RESUMING = "Resuming"
IN_PROCESS = "in_process"
SUBMITTING = "Submitting"
INFRASTRUCTURE_PENDING = "InfrastructurePending"
AGENT_POOL_TYPE = "prefect-agent"
OWN_TAG = "lifeguard"

CAUGHT_UP_WITHIN_SECONDS = 300.0
"""The last minutes in which a backlog is seen to shrink or to grow."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The thresholds that the server itself works with; the defaults are Prefect's own (3.9.1)."""

    late_after_seconds: float = 15.0
    heartbeat_multiple: int = 3
    fallback_heartbeat_seconds: float = 30.0
    queue_polled_timeout_seconds: float = 60.0
    deployment_polled_timeout_seconds: float = 60.0
    slot_wait_seconds: float = 30.0
    page_size: int = 200
    database_driver: str | None = None
    services: ServiceSettings = field(default_factory=ServiceSettings)

    def overdue_after(self, own: float | None) -> float:
        """Seconds after which a run that has not begun is overdue: the server's own patience, unless a policy has one."""
        return self.late_after_seconds if own is None else own

    def heartbeat_seconds(self, worker: "Worker") -> float:
        """How often a worker is heard: as it says itself, else as the server takes it."""
        return worker.heartbeat_seconds or self.fallback_heartbeat_seconds

    def heartbeat_patience_seconds(self, worker: "Worker") -> float:
        """For how long after a heartbeat the server takes a worker for alive."""
        return self.heartbeat_seconds(worker) * self.heartbeat_multiple


@dataclass(frozen=True, slots=True)
class Server:
    """The API that was asked. `ready` is None where it could not be asked (Prefect Cloud has no such endpoint)."""

    api_url: str
    ui_url: str | None = None
    kind: str = "server"
    version: str | None = None
    reachable: bool = True
    ready: bool | None = None
    not_ready_because: str | None = None
    latency_seconds: float | None = None
    clock_skew_seconds: float = 0.0
    settings: ServerSettings = ServerSettings()

    @property
    def is_cloud(self) -> bool:
        """Whether this is Prefect Cloud, the only place where push and managed pools run anything."""
        return self.kind == "cloud"


@dataclass(frozen=True, slots=True)
class Pool:
    """A work pool. `active_slots` is the server's own count of PENDING and RUNNING runs, told only with a limit."""

    id: str
    name: str
    type: str = "process"
    status: str | None = None
    is_paused: bool = False
    concurrency_limit: int | None = None
    active_slots: int | None = None
    default_queue_id: str | None = None

    @property
    def is_agent_pool(self) -> bool:
        """Whether only the agents of Prefect 2 could work on this pool."""
        return self.type == AGENT_POOL_TYPE

    @property
    def is_workerless(self) -> bool:
        """Whether Prefect Cloud runs this pool's work without any worker."""
        return self.type.endswith((":push", ":managed"))

    @property
    def needs_workers(self) -> bool:
        """Whether a run of this pool starts only if some worker picks it up."""
        return not (self.is_workerless or self.is_agent_pool)


@dataclass(frozen=True, slots=True)
class Queue:
    """A work queue of a pool. `last_polled` is the last time that anybody asked for its runs.

    `slots_at_most` is told of a queue with a limit: it counts CANCELLING runs too, which hold no slot of it.
    """

    id: str
    name: str
    pool_id: str
    status: str | None = None
    is_paused: bool = False
    priority: int | None = None
    concurrency_limit: int | None = None
    active_slots: int | None = None
    last_polled: datetime | None = None
    slots_at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as the server remembers it. A worker that stops is never removed, and `status` lags its death."""

    name: str
    pool_id: str
    status: str | None = None
    created: datetime | None = None
    last_heartbeat: datetime | None = None
    heartbeat_seconds: float | None = None

    def is_fresh(self, settings: ServerSettings, now: datetime) -> bool:
        """Whether its last heartbeat is younger than the server would wait."""
        patience = seconds(settings.heartbeat_patience_seconds(self))
        return self.last_heartbeat is not None and now - self.last_heartbeat <= patience


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run. `expected_start` is set once by the server; `next_start` moves at each attempt to get a slot.

    A run that ends before it began has `started` too: the server sets it to the time of the end. Only `run_count` tells.
    `infrastructure_id` is the server's `infrastructure_pid`: `namespace:job` of a run whose worker made a Job of Kubernetes.
    """

    id: str
    name: str
    state_type: str
    state_name: str
    state_since: datetime | None = None
    state_message: str | None = None
    expected_start: datetime | None = None
    next_start: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    deployment_id: str | None = None
    pool_id: str | None = None
    pool_name: str | None = None
    queue_id: str | None = None
    queue_name: str | None = None
    worker_name: str | None = None
    parent_task_run_id: str | None = None
    retry_type: str | None = None
    run_count: int = 0
    tags: frozenset[str] = frozenset()
    is_suspended: bool = False
    pause_ends: datetime | None = None
    infrastructure_id: str | None = None

    @property
    def is_scheduled(self) -> bool:
        """Whether nobody has claimed this run yet, whatever the name of its state is."""
        return self.state_type == "SCHEDULED"

    @property
    def is_pending(self) -> bool:
        """Whether somebody claimed this run and it has not begun."""
        return self.state_type == "PENDING"

    @property
    def is_running(self) -> bool:
        """Whether this run has begun."""
        return self.state_type == "RUNNING"

    @property
    def retries_in_process(self) -> bool:
        """Whether this run waits for a retry that only its own process can begin: no worker is ever given it."""
        return self.is_scheduled and self.retry_type == IN_PROCESS

    @property
    def waits_for_slot(self) -> bool:
        """Whether the server sent this run back because its deployment's concurrency limit was full."""
        return self.is_scheduled and self.state_name == WAITING_FOR_SLOT

    @property
    def job(self) -> tuple[str, str] | None:
        """Namespace and name of the Job that its worker noted; None where it noted nothing of that form."""
        namespace, _, name = (self.infrastructure_id or "").partition(":")
        return (namespace, name) if namespace and name else None

    @property
    def due_since(self) -> datetime | None:
        """When this run was to start; for a run that started before and is to start again, when it is to do so."""
        return self.next_start if self.started else self.expected_start

    def overdue_seconds(self, now: datetime) -> float:
        """How long ago this run was expected to start; zero when it started, or is not to start yet."""
        if self.due_since is None or not (self.is_scheduled or self.is_pending):
            return 0.0
        if self.is_scheduled and self.next_start and self.next_start > now and not self.waits_for_slot:
            return 0.0
        return max(0.0, (now - self.due_since).total_seconds())


@dataclass(frozen=True, slots=True)
class Holder:
    """A run that holds one of a pool's slots, as `concurrency_status` names it."""

    run_id: str
    run_name: str
    queue_id: str
    state_name: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A global concurrency limit: `deployment:<id>` and `tag:<name>` are the server's own names."""

    id: str
    name: str
    limit: int
    active_slots: int
    is_active: bool = True
    slot_decay_per_second: float = 0.0

    @property
    def is_full(self) -> bool:
        """Whether no slot is left."""
        return self.is_active and self.active_slots >= self.limit


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment that owns a run of interest. `limit` is its own concurrency limit."""

    id: str
    name: str
    flow_name: str = ""
    pool_name: str | None = None
    queue_id: str | None = None
    queue_name: str | None = None
    last_polled: datetime | None = None
    limit: Limit | None = None
    collision_strategy: str | None = None

    @property
    def full_name(self) -> str:
        """The name that Prefect's command line takes: flow/deployment."""
        return f"{self.flow_name}/{self.name}" if self.flow_name else self.name

    @property
    def is_served(self) -> bool:
        """Whether a process that called `serve` runs it: no pool, no queue, and somebody asked for its runs before."""
        return not (self.pool_name or self.queue_id or self.queue_name) and self.last_polled is not None


@dataclass(frozen=True, slots=True)
class TaskWait:
    """Task runs of one flow run that stay PENDING and carry the tag of a full limit."""

    tag: str
    flow_run_id: str
    task_runs: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """What was heard of a run's process: its first heartbeat and its last in the time that was asked about, and how many."""

    first: datetime
    last: datetime
    number: int

    @property
    def every_seconds(self) -> float:
        """How far they are apart on average; zero of a single one."""
        return (self.last - self.first).total_seconds() / (self.number - 1) if self.number > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Leak:
    """A limit that counts more slots as taken than anybody holds: at both readings, before the holders were read and after."""

    limit_name: str
    active_slots: int
    held: int


@dataclass(frozen=True, slots=True)
class StoppedSchedule:
    """A deployment that its schedules made runs for lately and no longer do: it is paused, or all its schedules are off."""

    deployment_id: str
    is_paused: bool
    schedules: int
    last_expected: datetime
    first_schedule_id: str


def seconds(number: float) -> timedelta:
    """A duration in seconds."""
    return timedelta(seconds=number)


def as_utc(text: str | None) -> datetime | None:
    """An aware UTC time from the server's ISO text, or None."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
