"""Every known signature: what a line looks like, what it means, which cause it leads to, and where such lines are written.

Where nothing else is said, the lines are those of Prefect 3.8.8 and 3.9.1, and those of pods are of prefect-kubernetes 0.8.0;
tests/signatures/lines has them as they were written. The order matters: a line belongs to the first signature that fits it.
"""

import re
from dataclasses import dataclass

OF_PREFECT = (
    r"/(?:work_pools|work_queues|deployments|flows|flow_runs|task_runs|admin|logs|csrf-token|block_\w+|variables|artifacts|"
    r"concurrency_limits|v2)\b"
)
"""What is called of Prefect's API; a flow's calls to others are none of ours."""

CALL = OF_PREFECT + r"\S* \"HTTP/\d(?:\.\d)?"
"""How httpx logs a call, up to the status of its answer."""

ANSWER = r"[^']*' for url '[^']*" + OF_PREFECT
"""How httpx and Prefect's client name the call in the error that they raise, after the status."""

WORKER, SERVER, RUN, DATABASE = "output of a worker", "log of the server", "logs of a flow run", "log of PostgreSQL"


@dataclass(frozen=True, slots=True)
class Signature:
    """Each of its lines holds one of the `needles`; `pattern` decides. `seen` names where such lines are.

    `is_proof` is False where a line fits other causes too, and only says what to look for.
    """

    key: str
    code: str
    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    means: str
    seen: tuple[str, ...]
    is_proof: bool = True

    def fits(self, line: str) -> bool:
        """Whether this is such a line."""
        return self.pattern.search(line) is not None


def _known(key: str, code: str, needles: str, pattern: str, means: str, *seen: str, is_proof: bool = True) -> Signature:
    return Signature(key, code, tuple(needles.split(" | ")), re.compile(pattern), means, seen, is_proof)


DATABASE_CONNECTIONS = (
    _known(
        "connection-slots-reserved",
        "db-connections-exhausted",
        "remaining connection slots are reserved",
        r"remaining connection slots are reserved for",
        "PostgreSQL has no connection left for anybody but a superuser.",
        SERVER,
        DATABASE,
    ),
    _known(
        "too-many-connections",
        "db-connections-exhausted",
        "TooManyConnectionsError | sorry, too many clients",
        r"TooManyConnectionsError|sorry, too many clients already",
        "PostgreSQL refused a connection since all of max_connections are taken.",
        SERVER,
        DATABASE,
    ),
    _known(
        "queue-pool-limit",
        "db-connections-exhausted",
        "QueuePool limit of size",
        r"QueuePool limit of size \d+ overflow \d+ reached",
        "The server's own pool of connections was used up, and a request waited for one in vain.",
        SERVER,
    ),
)
DATABASE_LOCKS = (
    _known(
        "sqlite-locked",
        "sqlite-database-locked",
        "database is locked",
        r"database is locked",
        "SQLite lets one writer in at a time, and a request gave up waiting for its turn.",
        SERVER,
    ),
    _known(
        "deadlock",
        "db-contention",
        "DeadlockDetected | deadlock detected",
        r"DeadlockDetectedError|deadlock detected",
        "Two transactions waited for each other, and PostgreSQL ended one of them.",
        SERVER,
        DATABASE,
    ),
    _known(
        "serialization-failure",
        "db-contention",
        "SerializationError | could not serialize",
        r"SerializationError|could not serialize access",
        "Two transactions changed the same rows, and PostgreSQL refused one of them.",
        SERVER,
        DATABASE,
    ),
    _known(
        "statement-timeout",
        "db-contention",
        "QueryCanceledError | canceling statement",
        r"QueryCanceledError|canceling statement due to (?:statement|lock) timeout",
        "A statement took longer than it may, and PostgreSQL ended it.",
        SERVER,
        DATABASE,
    ),
)
REFUSALS = (
    _known(
        "http-429",
        "worker-rate-limited",
        "error '429 | HTTP/1.1 429 | HTTP/2 429 | HTTP/1.0 429",
        rf"Client error '429\b{ANSWER}|{CALL} 429\b",
        "The API asks its clients to slow down (HTTP 429); a worker that is told so again and again ends.",
        WORKER,
        RUN,
    ),
    _known(
        "http-401-403",
        "worker-auth-or-4xx",
        "error '40 | HTTP/1.1 40 | HTTP/2 40 | HTTP/1.0 40",
        rf"Client error '40[13]\b{ANSWER}|{CALL} 40[13]\b",
        "The API does not accept the credentials of this process, or wants some (HTTP 401 or 403).",
        WORKER,
        RUN,
    ),
    _known(
        "http-4xx",
        "worker-auth-or-4xx",
        "Client error '4",
        r"PrefectHTTPStatusError: Client error '4\d\d\b",
        "The API refused a request as wrong (HTTP 4xx); no such answer is tried again.",
        WORKER,
        RUN,
    ),
)
POOLS_AND_EVENTS = (
    _known(
        "httpx-pool-timeout",
        "client-pool-timeout",
        "httpx.PoolTimeout",
        r"httpx\.PoolTimeout",
        "All connections of an HTTP client were in use for longer than it waits for one; a worker has none but to the API.",
        WORKER,
        RUN,
    ),
    _known(
        "httpcore-pool-timeout",
        "client-pool-timeout",
        "httpcore.PoolTimeout",
        r"httpcore\.PoolTimeout",
        "The same from the layer below httpx: no connection came free in time.",
        WORKER,
        RUN,
    ),
    _known(
        "replicate-pod-event",
        "k8s-event-storm",
        "_replicate_pod_event",
        r"Handler '_replicate_pod_event' failed with an exception",
        "The worker's observer of Kubernetes could not pass an event of a pod on to the API.",
        WORKER,
    ),
)
SERVER_ERRORS = (
    _known(
        "deployment-500",
        "worker-crash-http-500",
        "Server error '500 | HTTP/1.1 500 | HTTP/2 500 | HTTP/1.0 500",
        r"(?:Server error '500\b.*/deployments/[0-9a-f-]{36}'|GET \S*/deployments/[0-9a-f-]{36} \"HTTP/\d(?:\.\d)? 500\b)",
        "A worker that was about to submit a run got HTTP 500: no client tries that again, and the worker ends.",
        WORKER,
    ),
    _known(
        "http-500",
        "worker-crash-http-500",
        "Server error '500",
        r"PrefectHTTPStatusError: Server error '500\b",
        "The API answered HTTP 500, which no client tries again; one in a submission ends a worker, or several in its polls.",
        WORKER,
        RUN,
    ),
    _known(
        "error-threshold",
        "worker-crash-http-500",
        "Service exceeded error threshold",
        r"Service exceeded error threshold",
        "A worker ended since its polls failed again and again; the errors above this line say how.",
        WORKER,
        is_proof=False,
    ),
    _known(
        "task-group",
        "worker-crash-http-500",
        "unhandled errors in a TaskGroup",
        r"unhandled errors in a TaskGroup",
        "A process ended of an error in one of its tasks; the lines below this one say which.",
        WORKER,
        is_proof=False,
    ),
    _known(
        "any-500",
        "worker-crash-http-500",
        "500 Internal Server Error",
        r"500 Internal Server Error",
        "The API answered HTTP 500 to somebody: such an answer can end a worker.",
        WORKER,
        SERVER,
        is_proof=False,
    ),
    _known(
        "exception-in-request",
        "worker-crash-http-500",
        "Encountered exception in request",
        r"Encountered exception in request",
        "The server answered HTTP 500; the error below this line says why.",
        SERVER,
        is_proof=False,
    ),
    _known(
        "http-503",
        "db-contention",
        "Server error '503",
        r"PrefectHTTPStatusError: Server error '503\b",
        "The API said that it could not do it now (HTTP 503), also when it was asked again.",
        WORKER,
        RUN,
        is_proof=False,
    ),
)
OF_PODS = (
    _known(
        "pod-unschedulable",
        "k8s-unschedulable",
        "Pod is unschedulable",
        r"Pod is unschedulable: ",
        "Kubernetes found no node for the run's pod: too little is free, or none fits its selector, or bears its taints.",
        RUN,
    ),
    _known(
        "image-pull-failed",
        "k8s-image-pull-backoff",
        "Image pull failed for container",
        r"Image pull failed for container '",
        "The image of the run could not be pulled: its name, its registry or the credentials for it are wrong.",
        RUN,
    ),
    _known(
        "container-oom-killed",
        "k8s-oom-evicted-crashloop",
        "killed due to out-of-memory",
        r"Container '.*' was killed due to out-of-memory \(OOMKilled\)",
        "The run's container used more memory than its limit, and was killed.",
        RUN,
    ),
    _known(
        "pod-evicted",
        "k8s-oom-evicted-crashloop",
        "was evicted",
        r"(?:Pod|Container '.*') was evicted: ",
        "The run's pod was sent away from its node, which had too little memory or disk left.",
        RUN,
    ),
    _known(
        "container-crash-looping",
        "k8s-oom-evicted-crashloop",
        "is crash-looping",
        r"Container '.*' is crash-looping: ",
        "The run's container ends again and again soon after it started.",
        RUN,
    ),
    _known(
        "container-logs",
        "k8s-oom-evicted-crashloop",
        "Container logs from",
        r"Container logs from (?:init )?container '",
        "The run's container ended before the run began: the lines after this one are what it wrote.",
        RUN,
        is_proof=False,
    ),
    _known(
        "job-forbidden",
        "k8s-rbac-or-quota",
        "Unable to create Kubernetes job",
        r"Unable to create Kubernetes job: Forbidden",
        "Kubernetes forbade the run's Job: a quota is used up, or the worker has no right to make Jobs there.",
        WORKER,
        RUN,
    ),
)
OF_RUNS = (
    _known(
        "submission-aborted-scheduled",
        "deployment-limit-waiting",
        "Aborted submission of flow run",
        r"Aborted submission of flow run .*non-pending state 'SCHEDULED'",
        "The server sent the run back to wait: its deployment's concurrency limit was full.",
        RUN,
    ),
    _known(
        "submission-aborted-cancelled",
        "cancel-new-collision",
        "Aborted submission of flow run",
        r"Aborted submission of flow run .*non-pending state 'CANCELLED'",
        "The server cancelled the run: its deployment's limit was full, and new runs are not to wait.",
        RUN,
    ),
    _known(
        "submit-failed",
        "infra-submit-failed",
        "to infrastructure",
        r"Failed to submit flow run '.*' to infrastructure",
        "The infrastructure did not take the run: the lines below say what it answered.",
        RUN,
    ),
    _known(
        "lease-renewal-failed",
        "concurrency-lease-lost",
        "Concurrency lease renewal failed",
        r"Concurrency lease renewal failed",
        "The run's concurrency slot was gone, so it was ended in the middle.",
        RUN,
    ),
    _known(
        "worker-limit-reached",
        "worker-limit-saturated",
        "Flow run limit reached",
        r"Flow run limit reached; \d+ flow runs in progress",
        "The worker is at its own --limit and takes no more.",
        WORKER,
    ),
    _known(
        "worker-has-not-polled",
        "worker-alive-not-polling",
        "Worker has not polled in the last",
        r"Worker has not polled in the last",
        "The worker lives and no longer asks for work.",
        WORKER,
    ),
)
SIGNATURES = (
    *DATABASE_CONNECTIONS,
    *DATABASE_LOCKS,
    *REFUSALS,
    *POOLS_AND_EVENTS,
    *SERVER_ERRORS,
    *OF_PODS,
    *OF_RUNS,
)
BY_KEY = {signature.key: signature for signature in SIGNATURES}
NEEDLES = tuple(sorted({needle for signature in SIGNATURES for needle in signature.needles}))
"""Nearly all lines of a log hold none of these, and are passed over: plain searches are ten times as fast as one pattern."""


def recognized(line: str, where: str | None = None) -> Signature | None:
    """The signature that a line shows, if it shows any; `where` limits it to those of such logs.

    What flows log of databases and servers of their own says nothing of Prefect's.
    """
    if not any(needle in line for needle in NEEDLES):
        return None
    return next((each for each in SIGNATURES if (where is None or where in each.seen) and each.fits(line)), None)
