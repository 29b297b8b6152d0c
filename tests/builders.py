"""Facts for tests that need no server: healthy by default, so that a test states its deviation only.

The estate of `snapshot()` is one pool `etl` with a fresh worker and one queue that was just polled; `deployment()` runs
there, and nothing is due. Times are given in seconds, counted from NOW.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lifeguard.diagnose.cancel_new_collision import REFUSAL
from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.infra_submit_failed import SUBMISSION_FAILED
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import (
    WAITING_FOR_SLOT,
    Deployment,
    Heartbeats,
    Holder,
    Limit,
    Pool,
    Queue,
    Run,
    Server,
    TaskWait,
    Worker,
    seconds,
)
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.happenings import WorkerEvent
from lifeguard.judgement import Judgement
from lifeguard.pods import ObserverLine, PodEvent
from lifeguard.policy import Policy
from lifeguard.services import ServicesSeen, StoredEvents, UnmadeRun
from lifeguard.snapshot import Missing, Snapshot

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
API_URL = "http://127.0.0.1:4200/api"
ETL = "etl"


def ago(number: float) -> datetime:
    """So many seconds before NOW."""
    return NOW - seconds(number)


def ahead(number: float) -> datetime:
    """So many seconds after NOW."""
    return NOW + seconds(number)


def pool(
    name: str = ETL,
    *,
    type: str = "process",
    status: str = "READY",
    is_paused: bool = False,
    limit: int | None = None,
    active_slots: int | None = None,
) -> Pool:
    """A pool that is ready, without a limit."""
    return Pool(f"pool-{name}", name, type, status, is_paused, limit, active_slots)


def queue(
    name: str = "default",
    pool: str = ETL,
    *,
    silent: float | None = 5,
    is_paused: bool = False,
    limit: int | None = None,
    active_slots: int | None = None,
    priority: int = 1,
) -> Queue:
    """A queue that was polled `silent` seconds ago; None is never."""
    polled = None if silent is None else ago(silent)
    status = "PAUSED" if is_paused else "READY" if silent is not None and silent <= 60 else "NOT_READY"
    return Queue(f"queue-{pool}-{name}", name, f"pool-{pool}", status, is_paused, priority, limit, active_slots, polled)


def worker(
    name: str = "worker-1",
    pool: str = ETL,
    *,
    silent: float | None = 5,
    created: float = 3600,
    heartbeat: float | None = 30,
) -> Worker:
    """A worker that was heard `silent` seconds ago; None is never."""
    heard = None if silent is None else ago(silent)
    status = "OFFLINE" if silent is not None and silent > 3 * (heartbeat or 30) else "ONLINE"
    return Worker(name, f"pool-{pool}", status, ago(created), heard, heartbeat)


def run(
    name: str = "run-1",
    pool: str | None = ETL,
    *,
    overdue: float = -3600,
    queue: str | None = "default",
    deployment: str | None = "nightly",
    tags: Iterable[str] = (),
    parent_task: str | None = None,
    state: str | None = None,
    next_start: datetime | None = None,
) -> Run:
    """A scheduled run that is expected in an hour; `overdue` says how long ago instead, and then it is Late."""
    return Run(
        id=f"id-of-{name}",
        name=name,
        state_type="SCHEDULED",
        state_name=state or ("Late" if overdue > 15 else "Scheduled"),
        state_since=ago(max(overdue, 0) + 7200),
        expected_start=ago(overdue),
        next_start=next_start or ago(overdue),
        deployment_id=f"deployment-{deployment}" if deployment else None,
        pool_id=f"pool-{pool}" if pool else None,
        pool_name=pool,
        queue_id=f"queue-{pool}-{queue}" if pool and queue else None,
        queue_name=queue,
        parent_task_run_id=parent_task,
        tags=frozenset(tags),
    )


def refused(
    name: str = "run-1",
    pool: str | None = ETL,
    *,
    waits: float,
    tries_again_in: float = 20,
    queue: str = "default",
    deployment: str = "nightly",
    parent_task: str | None = None,
) -> Run:
    """A run that the server sent back since its deployment was full."""
    return run(
        name,
        pool,
        overdue=waits,
        queue=queue,
        deployment=deployment,
        parent_task=parent_task,
        state=WAITING_FOR_SLOT,
        next_start=ahead(tries_again_in),
    )


def pending(
    name: str = "claimed-1",
    pool: str | None = ETL,
    *,
    since: float = 5,
    state: str = "Pending",
    queue: str = "default",
    deployment: str = "nightly",
    worker: str | None = None,
    tags: Iterable[str] = (),
    expected: float | None = None,
) -> Run:
    """A run that was claimed `since` seconds ago, when it was expected."""
    return _active(name, pool, queue, deployment, tags, worker, "PENDING", state, since, expected)


def submitted(name: str = "claimed-1", pool: str = ETL, *, since: float = 600, **more: Any) -> Run:
    """A run whose worker made its Job of Kubernetes so many seconds ago, and of which no pod was heard."""
    claimed = pending(name, pool, since=since, state=more.pop("state", "Submitting"), worker="worker-1", **more)
    return replace(claimed, infrastructure_id=f"mills:{name}-x7k2p")


def pod_event(
    run: Run,
    phase: str = "pending",
    *,
    ago: float = 30,
    diagnosis: str | None = None,
    reason: str | None = None,
    pod: str = "pod-1",
) -> PodEvent:
    """What the observer sent of a run's pod so many seconds ago."""
    return PodEvent(run.id, phase, NOW - seconds(ago), f"uid-of-{pod}", pod, "mills", diagnosis, reason)


def observed(run: Run, text: str, *, ago: float = 30) -> ObserverLine:
    """What the observer wrote into the log of a run so many seconds ago."""
    return ObserverLine(run.id, NOW - seconds(ago), text)


def running(
    name: str = "running-1",
    pool: str | None = ETL,
    *,
    since: float = 600,
    queue: str = "default",
    deployment: str = "nightly",
    worker: str | None = "worker-1",
    tags: Iterable[str] = (),
) -> Run:
    """A run that began `since` seconds ago."""
    return _active(name, pool, queue, deployment, tags, worker, "RUNNING", "Running", since, None)


def _active(
    name: str,
    pool: str | None,
    queue: str,
    deployment: str,
    tags: Iterable[str],
    worker: str | None,
    type: str,
    state: str,
    since: float,
    expected: float | None,
) -> Run:
    return Run(
        id=f"id-of-{name}",
        name=name,
        state_type=type,
        state_name=state,
        state_since=ago(since),
        expected_start=ago(since if expected is None else expected),
        started=ago(since) if type == "RUNNING" else None,
        deployment_id=f"deployment-{deployment}",
        pool_id=f"pool-{pool}" if pool else None,
        pool_name=pool,
        queue_id=f"queue-{pool}-{queue}" if pool else None,
        queue_name=queue,
        worker_name=worker,
        tags=frozenset(tags),
    )


def heard(run: Run, silent: float, *, every: float = 180, number: int = 5) -> dict[str, Heartbeats]:
    """So many heartbeats of a run, the last of them `silent` seconds ago."""
    return {run.id: Heartbeats(ago(silent + every * (number - 1)), ago(silent), number)}


def retrying(name: str = "retry-1", *, due: float, deployment: str = "nightly") -> Run:
    """A run that was to retry in its own process `due` seconds ago."""
    waits = run(name, deployment=deployment, state="AwaitingRetry", next_start=ago(due))
    return replace(waits, retry_type="in_process", started=ago(due + 600), run_count=1)


def paused(name: str = "paused-1", *, since: float = 600, ends_in: float | None = 3000, suspended: bool = False) -> Run:
    """A run that waits for a person."""
    ends = None if ends_in is None else ahead(ends_in)
    state = "Suspended" if suspended else "Paused"
    waits = running(name, since=since)
    return replace(waits, state_type="PAUSED", state_name=state, is_suspended=suspended, pause_ends=ends)


def cancelling(name: str = "cancelled-1", pool: str | None = ETL, *, since: float = 600) -> Run:
    """A run that somebody cancelled so many seconds ago, and that has not ended."""
    return replace(running(name, pool, since=since), state_type="CANCELLING", state_name="Cancelling")


def unmade(name: str = "nightly", *, due: float = 60, after: float = 0, unchanged: float = 86400) -> UnmadeRun:
    """A run that the scheduler has not made: due so many seconds ahead, and none is made after `after` seconds ahead."""
    return UnmadeRun(f"deployment-{name}", f"load/{name}", ahead(due), ahead(after), ago(unchanged))


def stored(number: int, since: float = 300) -> StoredEvents:
    """So many events since the start of a run."""
    return StoredEvents(ago(since), "run 'running-1' became Running", number)


def crashed(name: str = "crash-1", pool: str | None = ETL, *, ended: float = 60, deployment: str = "nightly") -> Run:
    """A run that the infrastructure refused so many seconds ago."""
    return _ended(name, pool, deployment, "CRASHED", f"{SUBMISSION_FAILED} no such image", ended)


def cancelled(name: str = "clash-1", pool: str | None = ETL, *, ended: float = 60, deployment: str = "nightly") -> Run:
    """A run that a full deployment with the strategy CANCEL_NEW cancelled so many seconds ago."""
    return _ended(name, pool, deployment, "CANCELLED", REFUSAL, ended)


def _ended(name: str, pool: str | None, deployment: str, type: str, message: str, ended: float) -> Run:
    return Run(
        id=f"id-of-{name}",
        name=name,
        state_type=type,
        state_name=type.title(),
        state_since=ago(ended),
        state_message=message,
        expected_start=ago(ended + 10),
        ended=ago(ended),
        deployment_id=f"deployment-{deployment}",
        pool_id=f"pool-{pool}" if pool else None,
        pool_name=pool,
        queue_id=f"queue-{pool}-default" if pool else None,
        queue_name="default",
    )


def deployment(
    name: str = "nightly",
    pool: str | None = ETL,
    *,
    limit: Limit | None = None,
    collision_strategy: str | None = None,
    silent: float | None = 5,
    has_queue: bool = True,
    queue: str | None = "default",
    flow: str = "load",
) -> Deployment:
    """A deployment in the pool's default queue, which was asked for `silent` seconds ago."""
    return Deployment(
        id=f"deployment-{name}",
        name=name,
        flow_name=flow,
        pool_name=pool,
        queue_id=f"queue-{pool}-{queue}" if pool and has_queue else None,
        queue_name=queue,
        last_polled=None if silent is None else ago(silent),
        limit=limit,
        collision_strategy=collision_strategy,
    )


def served(name: str = "nightly", *, silent: float | None = 5) -> Deployment:
    """A deployment made with `serve()`, whose process asked for its runs `silent` seconds ago."""
    return deployment(name, None, queue=None, silent=silent)


def limit(name: str = "deployment:deployment-nightly", slots: int = 1, *, active: int = 0, is_on: bool = True) -> Limit:
    """A global concurrency limit with free slots; by default that of the deployment `nightly`."""
    return Limit(f"limit-{name}", name, slots, active, is_on)


def worker_event(
    name: str = "worker-1",
    pool: str = ETL,
    *,
    ago: float,
    ended: bool = False,
    type: str = "process",
    version: str = "3.9.1",
) -> WorkerEvent:
    """That a worker started so many seconds ago, or ended."""
    return WorkerEvent(name, f"pool-{pool}", NOW - seconds(ago), not ended, type, version)


def unseen(what: str, pool: str | None = None, *, essential: bool = True) -> Missing:
    """Something that could not be looked at, of one pool or of all."""
    return Missing(what, "HTTP 500", f"pool-{pool}" if pool else None, pool, essential)


def snapshot(
    *,
    pools: Sequence[Pool] | None = None,
    queues: Sequence[Queue] | None = None,
    workers: Sequence[Worker] | None = None,
    waiting: Sequence[Run] = (),
    active: Sequence[Run] = (),
    ended: Sequence[Run] = (),
    cancelling: Sequence[Run] = (),
    limits: Sequence[Limit] = (),
    deployments: Sequence[Deployment] | None = None,
    holders: Mapping[str, tuple[Holder, ...]] | None = None,
    task_waits: Sequence[TaskWait] = (),
    parents: Mapping[str, str] | None = None,
    progressing: Iterable[str] = (),
    queue_starts: Mapping[str, int] | None = None,
    last_starts: Mapping[str, datetime] | None = None,
    services: ServicesSeen | None = None,
    missing: Sequence[Missing] = (),
    server: Server | None = None,
    **more: Any,
) -> Snapshot:
    """The healthy estate with its deviations. Each pool gets a polled queue and a fresh worker unless told otherwise.

    `more` are fields that few tests need, as a snapshot has them.
    """
    chosen = (pool(),) if pools is None else tuple(pools)
    heard = [worker(pool=p.name) for p in chosen] if workers is None else workers
    unseen_pools = {m.pool_id for m in missing if m.what == "workers"}
    return Snapshot(
        server=server or Server(API_URL, version="3.9.1", ready=True),
        taken_at=NOW,
        pools=chosen,
        queues=tuple(_polled_by(p, heard) for p in chosen) if queues is None else tuple(queues),
        workers={
            p.id: tuple(w for w in heard if w.pool_id == p.id)
            for p in chosen
            if p.needs_workers and p.id not in unseen_pools
        },
        waiting=tuple(waiting),
        active=tuple(active),
        ended=tuple(ended),
        cancelling=tuple(cancelling),
        limits=tuple(limits),
        deployments={d.id: d for d in ([deployment()] if deployments is None else deployments)},
        holders=holders or {},
        task_waits=tuple(task_waits),
        parents=parents or {},
        progressing=frozenset(progressing),
        queue_starts=queue_starts or {},
        last_starts=last_starts or {},
        services=services or ServicesSeen(),
        missing=tuple(missing),
        **more,
    )


def _polled_by(pool: Pool, workers: Iterable[Worker]) -> Queue:
    """The queue of a pool, last polled when its workers were last heard."""
    heard = [worker.last_heartbeat for worker in workers if worker.pool_id == pool.id and worker.last_heartbeat]
    is_staffed = not pool.needs_workers or heard
    return queue(pool=pool.name, silent=(NOW - max(heard, default=ago(5))).total_seconds() if is_staffed else None)


def policy(**deviations: Any) -> Policy:
    """The default policy but for what is given."""
    return Policy.model_validate(deviations)


def scene(seen: Snapshot | None = None, own: Policy | None = None) -> Scene:
    """What a check sees at NOW."""
    return Scene(seen or snapshot(), own or policy(), NOW)


def judged(seen: Snapshot, own: Policy | None = None) -> list[Finding]:
    """What the whole diagnosis finds."""
    return diagnose(scene(seen, own))


def judgement(
    seen: Snapshot | None = None,
    *,
    at: float = 0,
    findings: Sequence[Finding] | None = None,
    own: Policy | None = None,
    only: Iterable[str] = (),
) -> Judgement:
    """What came of one look that began `at` seconds after NOW and took two; `findings` replaces what it would find."""
    look = scene(seen, own)
    found = diagnose(look) if findings is None else findings
    pools = read_pools(look, found)
    return Judgement(look.snapshot, tuple(found), tuple(pools), ahead(at), ahead(at + 2), look.policy, tuple(only))


def finding(
    code: str = "pool-no-workers",
    pool: str = ETL,
    severity: str = "critical",
    *,
    runs: int = 1,
    caused_by: str | None = None,
    due: float | None = None,
    is_confirmed: bool = True,
) -> Finding:
    """A finding about a pool, made up; `due` is for how many seconds work has waited at NOW."""
    return Finding(
        code=code,
        severity=Severity(severity),
        resource=Resource("work-pool", f"pool-{pool}", pool),
        title=f"Work pool '{pool}' has {code}",
        evidence={"overdue_runs": runs, "oldest_run_expected": None if due is None else ago(due)},
        remedy=(f"prefect work-pool inspect {pool}",),
        run_ids=tuple(f"run-{number}-of-{pool}" for number in range(runs)),
        caused_by=caused_by,
        due_since=None if due is None else ago(due),
        is_confirmed=is_confirmed,
    )


def severities(findings: Iterable[Finding]) -> dict[str, str]:
    """Code to severity, where each code was found once."""
    return {finding.code: finding.severity.value for finding in findings}
