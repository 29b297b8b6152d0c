"""What it means: findings, their severity, and the catalogue of codes that people and programs build on.

A code is never renamed. The order of the catalogue is the order of explanation: when several causes hold for one run,
the first one here explains it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

AFFECTED_IDS_SHOWN = 20

ResourceKind = Literal[
    "work-pool", "work-queue", "worker", "flow-run", "deployment", "concurrency-limit", "server", "lifeguard"
]
Evidence = Mapping[str, str | int | float | bool | datetime | None]


class Severity(StrEnum):
    """How much harm there is: due work that will not run without a person, soon so, or good to know."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for information, rising with harm."""
        return {"info": 0, "warning": 1, "critical": 2}[self.value]


class Verdict(StrEnum):
    """The state of one pool in one word; `unknown` is what a pool gets that could not be looked at."""

    DOWN = "down"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    PAUSED = "paused"
    HEALTHY = "healthy"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a finding is about, in Prefect's own name and id."""

    kind: ResourceKind
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement about one resource, now. `run_ids` holds every affected run, oldest first.

    `due_since` is when the first of them was to start, None where no due work waits. `is_confirmed` is False where the
    server's own status still says otherwise, so that a second look has to agree before anybody is told.
    """

    code: str
    severity: Severity
    resource: Resource
    title: str
    evidence: Evidence = field(default_factory=dict[str, str])
    remedy: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    caused_by: str | None = None
    due_since: datetime | None = None
    is_confirmed: bool = True

    @property
    def fingerprint(self) -> str:
        """The name under which this finding is the same one at every look."""
        return f"{self.code}:{self.resource.kind}:{self.resource.id}"

    @property
    def pool_name(self) -> str | None:
        """The work pool that this finding concerns, if it concerns one."""
        if self.resource.kind == "work-pool":
            return self.resource.name
        name = self.evidence.get("work_pool")
        return name if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class PoolReading:
    """A pool's numbers and verdict at one look. None is 'could not be seen', never zero.

    `has_demand` tells whether runs are overdue or expected within the look-ahead; `workers_age_seconds` how long before the
    look its workers were read, None where that was in the look itself.
    """

    id: str
    name: str
    type: str
    status: str | None
    needs_workers: bool
    verdict: Verdict
    workers_online: int | None
    workers_total: int | None
    overdue: int | None
    oldest_overdue_seconds: float | None
    pending: int | None
    running: int | None
    waiting_for_slot: int | None
    active_slots: int | None
    concurrency_limit: int | None
    queues: tuple["QueueReading", ...] = ()
    oldest_overdue_since: datetime | None = None
    has_demand: bool | None = None
    workers_age_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class QueueReading:
    """A queue's numbers at one look."""

    id: str
    name: str
    status: str | None
    overdue: int | None
    last_polled: datetime | None
    active_slots: int | None
    concurrency_limit: int | None


CATALOGUE: Mapping[str, str] = {
    "api-unreachable": "The Prefect API does not answer.",
    "db-connections-exhausted": "The Prefect server gets no connection to its database: all are taken.",
    "sqlite-database-locked": "The server's SQLite database is locked again and again: too many write at once.",
    "db-contention": "The server's database is too busy: its transactions wait for each other, or are refused.",
    "server-not-ready": "The Prefect server answers, but its database does not.",
    "pool-observation-failed": "Something that a verdict rests on could not be seen.",
    "check-crashed": "One of Lifeguard's own checks raised an error; the others still ran.",
    "background-services-dead": "The API answers, but several of the server's own background services are dead.",
    "scheduler-stalled": "The server's scheduler makes no more runs of active schedules.",
    "late-runs-service-stalled": "The server no longer marks overdue runs as Late.",
    "foreman-stalled": "The server's Foreman no longer sets statuses: dead workers look alive.",
    "events-stalled": "The server takes events and stores none.",
    "cancelling-stuck": "Runs stay CANCELLING long after the server should have ended them.",
    "run-orphaned-no-queue": "Runs belong to a work queue or a work pool that was deleted: nobody can ever pick them up.",
    "served-process-gone": "The process that served a deployment has stopped asking for its runs.",
    "awaiting-retry-orphaned": "A run waits for a retry in a process that is gone: no worker is ever given it.",
    "pool-paused": "The work pool is paused.",
    "queue-paused": "The work queue is paused.",
    "pool-type-prefect-agent": "The pool is for the agents of Prefect 2, which Prefect 3 does not have.",
    "push-pool-on-oss": "Push and managed pools run on Prefect Cloud only; this is a self-hosted server.",
    "limit-set-to-zero": "A concurrency limit of 0 lets nothing start.",
    "worker-auth-or-4xx": "The API refuses a worker, by its credentials or its request; the first refusal ends it.",
    "worker-rate-limited": "The API asks for fewer calls (HTTP 429); a worker that is told so again and again ends.",
    "worker-crash-http-500": "The API answers HTTP 500, and one such answer ends a worker that is submitting a run.",
    "worker-crash-loop": "Workers of the pool start and die again and again.",
    "k8s-worker-down": "The Kubernetes Deployment of a pool's workers has none that runs: scaled to zero, killed or crashing.",
    "pool-no-workers": "Nobody works on the pool: no worker's heartbeat is fresh.",
    "artificial-poll": "A queue is polled although no worker is alive: that it looks served means nothing.",
    "worker-alive-not-polling": "Workers send heartbeats but stopped asking for work.",
    "client-pool-timeout": "A worker has more to ask than connections to ask with: its calls to the API fail.",
    "k8s-event-storm": "A Kubernetes worker drowns in the events of pods that it passes on.",
    "worker-queue-missing": "Workers are alive but poll no queue of the pool: they were started for one that does not exist.",
    "queue-readiness-stale": "A queue hands out runs, but the server does not note that it is polled.",
    "queue-not-polled": "The pool has live workers, but none of them polls this queue.",
    "subflow-parent-deadlock": "Every slot is held by a parent that waits for a run which needs such a slot.",
    "k8s-rbac-or-quota": "Kubernetes refuses the Job or its pod: a right, a quota, a limit range, a service account.",
    "k8s-unschedulable": "Kubernetes finds no node for the pod of a run.",
    "k8s-image-pull-backoff": "The image of a run cannot be pulled.",
    "k8s-container-config": "A container cannot be made: its secret, config map or volume is missing.",
    "k8s-oom-evicted-crashloop": "The container of a run dies: out of memory, evicted, or of its own command.",
    "k8s-node-lost": "The node that runs a run's pod no longer answers.",
    "k8s-no-pod": "A run's Job exists in Kubernetes, and nothing is heard of a pod.",
    "stuck-pending-orphan": "A run was claimed and never started; nobody is working on it any more.",
    "k8s-observer-down": "Workers make Jobs in Kubernetes and say nothing of their pods: nobody sees them wait or crash.",
    "zombie-running": "A run shows RUNNING, but its process sends no heartbeats any more.",
    "pool-limit-saturated": "All slots of the work pool are taken.",
    "queue-limit-saturated": "All slots of the work queue are taken.",
    "deployment-limit-leaked": "A deployment's limit counts slots as taken that no run holds.",
    "deployment-limit-waiting": "All slots of the deployment are taken.",
    "cancel-new-collision": "New runs of a deployment are cancelled because its concurrency limit is full.",
    "head-of-line-congestion": "Runs of full deployments take up all that a poll hands out; those behind them get no turn.",
    "queue-priority-starved": "Queues of a higher priority take every slot that comes free.",
    "push-dispatch-slow": "Prefect Cloud is slow to hand out, or to begin, the runs of a pool without workers.",
    "version-mismatch": "Workers are of a newer Prefect than the server.",
    "worker-type-mismatch": "Workers are of another type than their pool.",
    "infra-submit-failed": "Runs crash before they start: the infrastructure refuses them.",
    "concurrency-lease-lost": "Runs were ended in the middle because their concurrency lease was gone.",
    "tag-limit-leaked-slots": "The limit of a tag counts slots as taken that no task run holds.",
    "tag-limit-waiting": "Task runs wait for the limit of a tag, so their flow runs hang in RUNNING.",
    "run-resuming": "A suspended run was resumed, and no worker has taken it up.",
    "run-paused": "A run is paused in its process until somebody resumes it.",
    "run-suspended": "A run is suspended, without a process, until somebody resumes it.",
    "deployment-paused": "A deployment is paused, so its schedules make no runs.",
    "schedule-inactive": "All schedules of a deployment that ran by schedule are off.",
    "worker-lost": "One of several workers of a pool died while it had runs.",
    "events-websocket-blocked": "Events of workers and their runs never arrive: something refuses their websocket.",
    "late-backlog-drain": "Workers work off what has piled up, and nothing else holds it back.",
    "worker-limit-saturated": "Every live worker is busy and nothing else holds the runs back: the workers' own --limit.",
    "run-overdue-unexplained": "Runs are overdue and none of the known causes holds.",
    "k8s-worker-without-probe": "Kubernetes does not restart a worker that hangs: its Deployment has no liveness probe.",
    "k8s-rights-too-wide": "The credentials with which Lifeguard looks into a cluster may do more than look.",
    "patrol-late": "Lifeguard's own patrols begin long after their time, so what they tell comes late too.",
    "patrol-on-watched-pool": "The only patrol runs on a pool that it watches: when nobody works there, nobody looks.",
    "setting-risky": "A setting of Prefect is risky for this estate; `lifeguard settings` alone says it, never a patrol.",
    "history-unavailable": "Lifeguard's own history cannot be written; the patrol itself is whole.",
    "triggers-stalled": "The server's automations no longer fire: nobody can be paged.",
    "page-undelivered": "A pager's messages are not known to have arrived: no action of its automation succeeded.",
    "history-not-durable": "Lifeguard's history is a file that is gone with the container of its run.",
}
BLIND_CODES = frozenset({"api-unreachable", "pool-observation-failed", "check-crashed"})
