"""Situations on a real Prefect server, built through its public REST API, and what Lifeguard says about them.

A test states what deviates; what it does not state is healthy. Ages that no API can backdate are waited for.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import quote
from uuid import uuid4

import anyio

from lifeguard.diagnose.checks import CHECKS, Check, diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.findings import Finding, PoolReading
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Look, begin, go_on
from lifeguard.policy import Policy
from lifeguard.signatures.sign import Sign
from lifeguard.snapshot import Snapshot
from tests.patience import patient_client

WAIT_LIMIT_SECONDS = 60.0
MEANWHILE_SECONDS = 10.0
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 0.5
PAUSE_PER_SECOND_WAITED = 0.1
"""Who has waited for long waits a little longer: twenty questions a second for a minute are 5 s of the server's CPU."""

BULK_CREATE_LIMIT = 100
BULK_DELETE_LIMIT = 50
LOOKS: "list[Report]" = []
"""What was seen since somebody cleared it: a scenario is held to what it says that it proves."""
NOISE = "noise-"
NOISE_AHEAD_SECONDS = 300.0
PATIENT = Policy(request_timeout_seconds=60)
"""The policy of a test that states none: Prefect's defaults on a machine that is busy with other tests."""


def patient(policy: Policy) -> Policy:
    """A policy that waits as long for an answer as `PATIENT` does, where it does not say itself how long."""
    is_said = "request_timeout_seconds" in policy.model_fields_set
    return policy if is_said else policy.model_copy(update={"request_timeout_seconds": PATIENT.request_timeout_seconds})


Row = dict[str, Any]


class Said(NamedTuple):
    """What a test compares of a finding: `runs` is how many runs are affected, `caused_by` the code that explains it."""

    code: str
    severity: str
    kind: str
    name: str
    runs: int = 0
    caused_by: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One look and its judgement."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    pools: tuple[PoolReading, ...]

    @property
    def said(self) -> set[Said]:
        """Every finding in its comparable form; two that look the same are a mistake of their own."""
        said = [as_said(finding) for finding in self.findings]
        assert len(set(said)) == len(said), f"the same was said twice: {said}"
        return set(said)

    def the(self, code: str) -> Finding:
        """The only finding with this code."""
        found = [finding for finding in self.findings if finding.code == code]
        assert len(found) == 1, f"{len(found)} findings with the code {code}: {self.said}"
        return found[0]

    def pool(self, name: str) -> PoolReading:
        """The numbers of one pool."""
        return next(pool for pool in self.pools if pool.name == name)


def as_said(finding: Finding) -> Said:
    """A finding in the form that tests compare."""
    return Said(
        finding.code,
        finding.severity.value,
        finding.resource.kind,
        finding.resource.name,
        len(finding.run_ids),
        finding.caused_by.partition(":")[0] if finding.caused_by else None,
    )


def look_at(
    api_url: str,
    policy: Policy = PATIENT,
    pools: Sequence[str] = (),
    checks: Sequence[Check] = CHECKS,
    signs: tuple[Sign, ...] = (),
    memory: Memory = NOTHING_KNOWN,
) -> Report:
    """Look at a server over HTTP and judge what is seen, as the patrol does; `signs` are those of logs beside it."""
    report = seen_at(api_url, policy, pools, checks, signs, memory)
    LOOKS.append(report)
    return report


def seen_at(
    api_url: str,
    policy: Policy = PATIENT,
    pools: Sequence[str] = (),
    checks: Sequence[Check] = CHECKS,
    signs: tuple[Sign, ...] = (),
    memory: Memory = NOTHING_KNOWN,
) -> Report:
    """The same, which no scenario is held to; `memory` is what an earlier look left in its snapshot."""

    policy = patient(policy)

    async def look() -> Snapshot:
        async with Api(Connection(api_url), policy) as api:
            looking = Look(api, policy, tuple(pools))
            begun = await begin(looking, datetime.now(UTC))
            return await go_on(looking, replace(begun, signs=signs, memory=memory))

    snapshot = anyio.run(look)
    scene = Scene(snapshot, policy, snapshot.taken_at)
    findings = diagnose(scene, checks)
    return Report(snapshot, tuple(findings), tuple(read_pools(scene, findings)))


def wait_until(
    holds: Callable[[], bool],
    description: str,
    limit_seconds: float = WAIT_LIMIT_SECONDS,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Wait for a condition; fail with its description when it does not come true within the limit.

    `meanwhile` is done every ten seconds that it takes.
    """
    began_at = last_at = time.monotonic()
    while not holds():
        assert time.monotonic() < began_at + limit_seconds, f"not within {limit_seconds:g} s: {description}"
        if time.monotonic() > last_at + MEANWHILE_SECONDS:
            meanwhile()
            last_at = time.monotonic()
        time.sleep(_pause_after(time.monotonic() - began_at))


def _pause_after(waited: float) -> float:
    return min(LONGEST_PAUSE_SECONDS, max(SHORTEST_PAUSE_SECONDS, waited * PAUSE_PER_SECOND_WAITED))


class Estate:
    """Builds pools, queues, workers, deployments and runs. Pools and queues go by name, deployments and runs by id."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._http = patient_client(api_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # What Lifeguard says

    def look(
        self,
        policy: Policy = PATIENT,
        pools: Sequence[str] = (),
        signs: tuple[Sign, ...] = (),
        memory: Memory = NOTHING_KNOWN,
    ) -> Report:
        """A real look at this server, and its judgement; `memory` is what an earlier look left."""
        return look_at(self.api_url, policy, pools, signs=signs, memory=memory)

    def findings(self, policy: Policy = PATIENT, pools: Sequence[str] = ()) -> tuple[Finding, ...]:
        """Every finding, most harmful first."""
        return self.look(policy, pools).findings

    def said(self, policy: Policy = PATIENT, pools: Sequence[str] = ()) -> set[Said]:
        """Every finding in its comparable form."""
        return self.look(policy, pools).said

    # Pools, queues and workers

    def pool(self, name: str, type: str = "process", limit: int | None = None, paused: bool = False) -> str:
        """A pool with its queue `default`, on which nobody works."""
        self._post("work_pools/", {"name": name, "type": type, "concurrency_limit": limit, "is_paused": paused})
        return name

    def staffed_pool(self, name: str, type: str = "process", limit: int | None = None, paused: bool = False) -> str:
        """A pool with a live worker that polls its queue `default`."""
        self.pool(name, type, limit, paused)
        self.worker(name)
        return self.poll(name)

    def queue(self, pool: str, name: str, limit: int | None = None, paused: bool = False) -> str:
        """One more queue of a pool, which nobody polls."""
        self._post(f"{_of_pool(pool)}/queues", {"name": name, "concurrency_limit": limit, "is_paused": paused})
        return name

    def change_pool(self, pool: str, **changes: Any) -> None:
        """Change columns of a pool: `is_paused`, `concurrency_limit`."""
        self._patch(_of_pool(pool), changes)

    def delete_pool(self, pool: str) -> None:
        """Delete a pool; its runs and deployments stay."""
        self._delete(_of_pool(pool))

    def delete_queue(self, pool: str, queue: str) -> None:
        """Delete a queue; its runs and deployments stay."""
        self._delete(f"{_of_pool(pool)}/queues/{_quoted(queue)}")

    def worker(self, pool: str, name: str = "ann", every: int = 30) -> str:
        """One heartbeat of a worker that promises one `every` so many seconds; it is fresh for three times as long."""
        self._post(f"{_of_pool(pool)}/workers/heartbeat", {"name": name, "heartbeat_interval_seconds": every})
        return name

    def dead_worker(self, pool: str, name: str = "bob") -> str:
        """A worker whose last heartbeat is older than three of its intervals."""
        self.worker(pool, name, every=1)
        wait_until(lambda: self._silent_for(pool, name) > 3, f"the heartbeat of {name!r} is old")
        return name

    def worker_event(
        self, pool: str, name: str = "ann", seconds_ago: float = 0, *, ended: bool = False, **labels: str
    ) -> None:
        """The event that a worker's process emits when it starts or ends; labels are `worker_type` and `version`."""
        row: Row = self._get(_of_pool(pool))
        own = {
            "prefect.worker-type": labels.get("worker_type", "process"),
            "prefect.version": labels.get("version", "3.8.0"),
        }
        related = {"prefect.resource.id": f"prefect.work-pool.{row['id']}", "prefect.resource.role": "work-pool"}
        event = {
            "id": str(uuid4()),
            "event": f"prefect.worker.{'stopped' if ended else 'started'}",
            "resource": {"prefect.resource.id": f"prefect.worker.process.{name}", "prefect.resource.name": name, **own},
            "related": [{**related, "prefect.resource.name": pool}],
        }
        self._post("events", [{**event, "occurred": _ago(seconds_ago)}])

    def wait_for_worker_events(self, pool: str, number: int) -> None:
        """Wait until the server has stored so many starts and ends of a pool's workers."""
        id = self._get(_of_pool(pool))["id"]
        names = ["prefect.worker.started", "prefect.worker.stopped"]
        wanted = {"event": {"name": names}, "any_resource": {"id": [f"prefect.work-pool.{id}"]}}
        wait_until(
            lambda: self._post("events/filter", {"filter": wanted})["total"] >= number,
            f"{number} events are stored",
        )

    def _silent_for(self, pool: str, worker: str) -> float:
        row = self._worker_row(pool, worker)
        return (datetime.now(UTC) - datetime.fromisoformat(row["last_heartbeat_time"])).total_seconds()

    def seconds_since_first_heartbeat(self, pool: str, worker: str = "ann") -> float:
        """How long the server has known this worker."""
        return (datetime.now(UTC) - datetime.fromisoformat(self._worker_row(pool, worker)["created"])).total_seconds()

    def _worker_row(self, pool: str, worker: str) -> Row:
        rows: list[Row] = self._post(f"{_of_pool(pool)}/workers/filter", {})
        return next(row for row in rows if row["name"] == worker)

    def poll(self, pool: str, *queues: str) -> str:
        """Ask for runs as a worker does, and again after a while, until the server has noted it on these queues, or on all.

        Prefect notes polls in a background task that gives up after five attempts at a database that is locked.
        """
        asked: Row = {"work_queue_names": list(queues)} if queues else {}
        before = self._last_polled(pool)

        def ask() -> None:
            self._post(f"{_of_pool(pool)}/get_scheduled_flow_runs", asked)

        ask()
        wait_until(
            lambda: self._are_polled(pool, queues or before, before), f"polled queues of {pool!r}", meanwhile=ask
        )
        return pool

    def handed_out(self, pool: str) -> list[str]:
        """The runs that a worker of a pool is given when it asks."""
        rows: list[Row] = self._post(f"{_of_pool(pool)}/get_scheduled_flow_runs", {})
        return [row["flow_run"]["id"] for row in rows]

    def _last_polled(self, pool: str) -> dict[str, str | None]:
        rows: list[Row] = self._post(f"{_of_pool(pool)}/queues/filter", {})
        return {row["name"]: row["last_polled"] for row in rows}

    def _are_polled(self, pool: str, queues: Collection[str], before: Mapping[str, str | None]) -> bool:
        now = self._last_polled(pool)
        return all(now[queue] is not None and now[queue] != before[queue] for queue in queues)

    def last_polled(self, pool: str, queue: str, seconds_ago: float) -> None:
        """Backdate the last poll of a queue."""
        row: Row = self._get(f"{_of_pool(pool)}/queues/{_quoted(queue)}")
        changes = {"is_paused": row["is_paused"], "last_polled": _ago(seconds_ago)}
        self._patch(f"{_of_pool(pool)}/queues/{_quoted(queue)}", changes)

    # Deployments and their runs

    def deployment(
        self,
        name: str,
        pool: str | None = None,
        queue: str | None = None,
        limit: int | None = None,
        collision: str | None = None,
        flow: str = "flow",
    ) -> str:
        """A deployment, of which Prefect's full name is `flow/name`."""
        own: Row = self._post("flows/", {"name": flow})
        body: Row = {"name": name, "flow_id": own["id"], "work_pool_name": pool, "work_queue_name": queue}
        if limit is not None:
            body["concurrency_limit"] = limit
        if collision is not None:
            body["concurrency_options"] = {"collision_strategy": collision}
        row: Row = self._post("deployments/", body)
        return row["id"]

    def schedule(self, deployment: str, schedule: Row, active: bool = True) -> None:
        """Give a deployment a schedule, from which the server makes runs within some seconds if it is active."""
        self._post(f"deployments/{deployment}/schedules", [{"schedule": schedule, "active": active}])

    def inactive_schedule(self, deployment: str) -> None:
        """A schedule that somebody has switched off, and a run that it made an hour ago."""
        yearly = {"cron": "0 0 1 1 *", "timezone": "UTC"}
        self._post(f"deployments/{deployment}/schedules", [{"schedule": yearly, "active": False}])
        self.complete(self.start(self.pending_run(deployment, 60, tags=["auto-scheduled"])))

    def pause_deployment(self, deployment: str) -> None:
        """Pause a deployment: its schedules make no more runs."""
        self._post(f"deployments/{deployment}/pause_deployment", {})

    def overdue_run(self, deployment: str, minutes: float = 10, **columns: Any) -> str:
        """A run that was to start so many minutes ago, and that nobody has claimed."""
        return self._run(deployment, _scheduled(_ago(minutes * 60)), columns)

    def overdue_runs(self, deployment: str, number: int, minutes: float = 10) -> None:
        """Many runs that were to start at one and the same time, as those of a cron schedule do.

        They are Late from the beginning: marking them one by one keeps a server with SQLite busy for half a minute. Now
        and then it is locked, and a bulk of runs is not created; then they are created once more.
        """
        expected = _ago(minutes * 60)
        wait_until(lambda: self._has_created(deployment, number, expected), f"{number} runs exist", 100)

    def _has_created(self, deployment: str, number: int, expected: str) -> bool:
        """Create up to a bulk of the runs that are missing, and say whether none was."""
        at_that_time = {"after_": expected, "before_": expected}
        alike = {"flow_runs": {"deployment_id": {"any_": [deployment]}, "expected_start_time": at_that_time}}
        count: int = self._post("flow_runs/count", alike)
        state = {**_scheduled(expected), "name": "Late"}
        bodies = [{"state": state}] * min(BULK_CREATE_LIMIT, number - count)
        if bodies:
            self._post(f"deployments/{deployment}/create_flow_run/bulk", bodies)
        return not bodies

    def future_run(self, deployment: str, minutes: float = 10, **columns: Any) -> str:
        """A run that is to start in so many minutes."""
        return self._run(deployment, _scheduled(_ago(-minutes * 60)), columns)

    def pending_run(self, deployment: str, minutes: float = 10, worker: str | None = None, **columns: Any) -> str:
        """A run that was to start so many minutes ago and that was claimed just now."""
        return self.claim(self.overdue_run(deployment, minutes, **columns), worker)

    def running_run(self, deployment: str, worker: str | None = None, **columns: Any) -> str:
        """A run that was to start a minute ago and has started just now."""
        return self.start(self.pending_run(deployment, 1, worker, **columns))

    def _run(self, deployment: str, state: Row, columns: Row) -> str:
        row: Row = self._post(f"deployments/{deployment}/create_flow_run", {"state": state, **columns})
        return row["id"]

    def claim(self, run: str, worker: str | None = None) -> str:
        """Set a run PENDING, as a worker does that takes it; `worker` is the label which it leaves."""
        assert self.try_to_claim(run) == "Pending"
        if worker:
            self._patch(f"flow_runs/{run}/labels", {"prefect.worker.name": worker})
        return run

    def try_to_claim(self, run: str) -> str:
        """Propose PENDING; the name of the state that the run has afterwards."""
        self._set_state(run, "PENDING")
        return self.state_of(run)["name"]

    def postpone(self, run: str, minutes: float, name: str = "Scheduled") -> None:
        """Set a run SCHEDULED once more, to start in so many minutes; a negative number lies in the past."""
        state = {**_scheduled(_ago(-minutes * 60)), "name": name}
        self._post(f"flow_runs/{run}/set_state", {"state": state, "force": True})

    def infrastructure_pending(self, run: str) -> None:
        """What the observer of Kubernetes says about a pod that waits for its image or its node."""
        self._set_state(run, "PENDING", "InfrastructurePending", "Kubernetes pod is pending.")

    def submit(self, run: str, job: str = "mills:grind-x7k2p") -> str:
        """What a worker of Kubernetes does once it has made the Job of a run that it claimed."""
        self._set_state(run, "PENDING", "Submitting")
        self._patch(f"flow_runs/{run}", {"infrastructure_pid": job})
        return run

    def submitted_run(self, deployment: str, job: str = "mills:grind-x7k2p", **columns: Any) -> str:
        """A run that was to start ten minutes ago, and whose Job was made just now."""
        return self.submit(self.pending_run(deployment, worker="ann", **columns), job)

    def pod_event(
        self, run: str, phase: str = "pending", pod: str = "pod-1", seconds_ago: float = 0, **of: str
    ) -> None:
        """What the observer of Kubernetes sends; `of` are diagnosis, reason and namespace, and the time is the pod's own."""
        labels = {f"kubernetes.{name}": value for name, value in {"namespace": "mills", **of}.items()}
        resource = {
            "prefect.resource.id": f"prefect.kubernetes.pod.{pod}-of-{run}",
            "prefect.resource.name": pod,
            **labels,
        }
        related = {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
        event = {
            "id": str(uuid4()),
            "event": f"prefect.kubernetes.pod.{phase}",
            "resource": resource,
            "related": [related],
        }
        self._post("events", [{**event, "occurred": _ago(seconds_ago)}])

    def wait_for_pod_events(self, run: str, number: int = 1) -> None:
        """Wait until the server has stored so many events of a run's pods."""
        wait_until(lambda: self._pod_events_kept(run) >= number, f"{number} events of pods are stored")

    def _pod_events_kept(self, run: str) -> int:
        wanted = {"event": {"prefix": ["prefect.kubernetes.pod."]}, "related": {"id": [f"prefect.flow-run.{run}"]}}
        page: Row = self._post("events/filter", {"filter": {**wanted, "occurred": {"until": _ago(-60)}}})
        return page["total"]

    def observe(self, run: str, text: str, seconds_ago: float = 0, level: int = 30) -> None:
        """A line of the observer of Kubernetes in the log of a run."""
        line = {"name": "prefect.flow_runs.observer", "level": level, "message": text, "timestamp": _ago(seconds_ago)}
        self._post("logs/", [{**line, "flow_run_id": run}])

    def start(self, run: str, is_heard: bool = True, force: bool = False) -> str:
        """Set a run RUNNING, as its own process does, with a first heartbeat; old clients send none.

        By force it begins before its time, too.
        """
        assert self._set_state(run, "RUNNING", force=force)["status"] == "ACCEPT"
        if is_heard:
            self.heartbeat(run)
        return run

    def crash(self, run: str, message: str) -> None:
        """Set a run CRASHED, as a worker does whose infrastructure refused it."""
        assert self._set_state(run, "CRASHED", message=message)["status"] == "ACCEPT"

    def complete(self, run: str) -> None:
        """Set a run COMPLETED."""
        assert self._set_state(run, "COMPLETED")["status"] == "ACCEPT"

    def await_retry(self, run: str, minutes: float, in_process: bool = True) -> None:
        """Set a run that has begun to wait for a retry, which its own process begins, so many minutes from now."""
        self._patch(f"flow_runs/{run}", {"empirical_policy": {"retry_type": "in_process" if in_process else None}})
        self.postpone(run, minutes, "AwaitingRetry")

    def pause(self, run: str, suspend: bool = False, minutes: float = 60) -> None:
        """Pause a running run, or suspend it, for at most so many minutes."""
        details = {"pause_timeout": _ago(-minutes * 60), "pause_reschedule": suspend, "pause_key": "approval"}
        state = {"type": "PAUSED", "name": "Suspended" if suspend else "Paused", "state_details": details}
        answer: Row = self._post(f"flow_runs/{run}/set_state", {"state": state})
        assert answer["status"] == "ACCEPT", answer

    def resume(self, run: str) -> None:
        """Resume a paused or suspended run, as the button of the UI does."""
        self._post(f"flow_runs/{run}/resume", {})

    def log_error(self, run: str, message: str) -> None:
        """A line at level ERROR in the log of a run."""
        line = {"name": "prefect.flow_runs", "level": 40, "message": message, "timestamp": _ago(0)}
        self._post("logs/", [{**line, "flow_run_id": run}])

    def ask_to_cancel(self, run: str) -> str:
        """Set a run CANCELLING, as `prefect flow-run cancel` does."""
        assert self._set_state(run, "CANCELLING")["status"] == "ACCEPT"
        return run

    def cancel(self, run: str, message: str = "Cancelled by a person") -> None:
        """Set a run CANCELLED, as a person may."""
        self._set_state(run, "CANCELLED", message=message, force=True)

    def set_scheduled(self, run: str) -> None:
        """Set a run SCHEDULED without force, as `prefect api` does."""
        assert self._set_state(run, "SCHEDULED")["status"] == "ACCEPT"

    def _set_state(
        self, run: str, type: str, name: str | None = None, message: str | None = None, force: bool = False
    ) -> Row:
        state: Row = {"type": type, "message": message} | ({"name": name} if name else {})
        return self._post(f"flow_runs/{run}/set_state", {"state": state, "force": force})

    def state_of(self, run: str) -> Row:
        """The state of a run, as the server has it now."""
        row: Row = self._get(f"flow_runs/{run}")
        return row["state"]

    def wait_since_state(self, run: str, seconds: float) -> None:
        """Wait until a run has been in its state for longer than so many seconds."""
        since = datetime.fromisoformat(self.state_of(run)["timestamp"])
        wait_until(lambda: datetime.now(UTC) - since > timedelta(seconds=seconds), f"{seconds} s in one state")

    def heartbeat(self, run: str, seconds_ago: float = 0) -> None:
        """The event that the process of a run emits every three minutes."""
        resource = {"prefect.resource.id": f"prefect.flow-run.{run}"}
        event = {"id": str(uuid4()), "event": "prefect.flow-run.heartbeat", "resource": resource}
        self._post("events", [{**event, "occurred": _ago(seconds_ago)}])

    def heartbeats_kept(self, run: str) -> int:
        """How many heartbeats of a run the server has stored; it takes a moment after they were sent."""
        wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}
        page: Row = self._post("events/filter", {"filter": {**wanted, "occurred": {"until": _ago(-60)}}})
        return page["total"]

    def fall_silent(self, run: str, for_seconds: float) -> None:
        """Wait until a run that has just been heard has been silent for so long, and its heartbeats are stored."""
        heard_before = datetime.now(UTC)
        wait_until(lambda: self.heartbeats_kept(run) > 0, "the server keeps its heartbeat")
        wait_until(
            lambda: datetime.now(UTC) - heard_before > timedelta(seconds=for_seconds), f"{for_seconds} s of silence"
        )

    def log(self, run: str, message: str, seconds_ago: float = 0) -> None:
        """A log line of a run."""
        line = {"name": "prefect.flow_runs.worker", "level": 20, "message": message, "timestamp": _ago(seconds_ago)}
        self._post("logs/", [{**line, "flow_run_id": run}])

    def serve(self, deployment: str) -> None:
        """Ask for a deployment's runs as the process that serves it does, and wait until the server has noted it."""

        def ask() -> None:
            self._post("deployments/get_scheduled_flow_runs", {"deployment_ids": [deployment]})

        ask()
        wait_until(lambda: self.seconds_since_served(deployment) < 60, "the deployment was asked for", meanwhile=ask)

    def seconds_since_served(self, deployment: str) -> float:
        """How long ago anybody asked for the runs of a deployment."""
        polled: str | None = self._get(f"deployments/{deployment}")["last_polled"]
        then = datetime.fromisoformat(polled) if polled else datetime.min.replace(tzinfo=UTC)
        return (datetime.now(UTC) - then).total_seconds()

    def task(self, run: str, key: str = "bake", tags: Sequence[str] = (), state: str = "PENDING") -> str:
        """A task run of a flow run; a subflow's parent task is one too."""
        body: Row = {"flow_run_id": run, "task_key": key, "dynamic_key": str(uuid4()), "tags": list(tags)}
        row: Row = self._post("task_runs/", {**body, "state": {"type": state}})
        return row["id"]

    def running_task(self, run: str, tag: str) -> str:
        """A running task run that holds a slot of its tag with a lease, as the engine takes it."""
        task = self.task(run, tags=[tag], state="RUNNING")
        self._post("concurrency_limits/increment", {"names": [tag], "task_run_id": task})
        return task

    def end_task(self, task: str, tag: str) -> None:
        """Give the slot of a task run back, as the engine does at its end."""
        self._post("concurrency_limits/decrement", {"names": [tag], "task_run_id": task})

    # Limits

    def limit_deployment(self, deployment: str, limit: int) -> None:
        """Let so many of its runs run at once."""
        self._patch(f"deployments/{deployment}", {"concurrency_limit": limit})

    def tag_limit(self, tag: str, limit: int) -> None:
        """A limit for the task runs with a tag."""
        self._post("concurrency_limits/", {"tag": tag, "concurrency_limit": limit})

    def global_limit(self, name: str, limit: int, active_slots: int = 0) -> None:
        """A limit that flows' own code asks for."""
        self._post("v2/concurrency_limits/", {"name": name, "limit": limit, "active_slots": active_slots})

    def take_slot(self, name: str) -> None:
        """Take one slot of a limit, as Prefect's client does before a task run starts."""
        self._post("v2/concurrency_limits/increment", {"names": [name], "slots": 1, "mode": "concurrency"})

    def change_limit(self, name: str, **changes: Any) -> None:
        """Change columns of any limit: `limit`, `active_slots`, `active`."""
        self._patch(f"v2/concurrency_limits/{_quoted(name)}", changes)

    # What is always there, and the end of it

    def with_noise(self) -> Self:
        """Two healthy pools with fresh workers, polled queues, future runs, a running run, and limits that are not full.

        Building them takes longer than most scenarios, so they stay on the server and are only kept alive, until their
        future run draws near.
        """
        if not self._has_noise():
            self.raze()
            self._build_noise()
        self.keep_noise_alive()
        return self

    def keep_noise_alive(self) -> None:
        """The heartbeats and polls of the healthy pools, which a scenario repeats after it has waited for long."""
        self.worker("noise-quiet")
        self.worker("noise-busy", "noise-worker")
        for pool, queue in (("noise-quiet", "default"), ("noise-busy", "default"), ("noise-busy", "noise-express")):
            self.last_polled(pool, queue, seconds_ago=0)

    def _has_noise(self) -> bool:
        ahead = {"name": {"like_": NOISE}, "expected_start_time": {"after_": _ago(-NOISE_AHEAD_SECONDS)}}
        count: int = self._post("flow_runs/count", {"flow_runs": ahead})
        return count == 2

    def _build_noise(self) -> None:
        self.pool("noise-quiet")
        nightly = self.deployment("noise-nightly", "noise-quiet", flow="noise-flow")
        self.future_run(nightly, minutes=12, name="noise-later")
        self.pool("noise-busy", limit=5)
        self.queue("noise-busy", "noise-express", limit=3)
        self.worker_event("noise-busy", "noise-worker")
        steady = self.deployment("noise-steady", "noise-busy", "noise-express", limit=2, flow="noise-flow")
        self.start(self.pending_run(steady, 1, "noise-worker", name="noise-running"), is_heard=False)
        self.future_run(steady, minutes=11, name="noise-soon")
        self.tag_limit("noise-tag", 3)

    def raze(self, spare_noise: bool = False) -> None:
        """Delete everything, whoever made it; the noise may be left for the next scenario."""
        self._delete_in_bulk("deployments", spare_noise)
        self._delete_in_bulk("flow_runs", spare_noise)
        for pool in self._unspared("work_pools", spare_noise):
            self.delete_pool(pool["name"])
        for limit in self._limits_of_nobody(spare_noise):
            self._delete(f"v2/concurrency_limits/{limit['id']}")
        self._delete_in_bulk("flows", spare_noise)
        for artifact in self._post("artifacts/filter", {}):
            self._delete(f"artifacts/{artifact['id']}")
        left = [pool["name"] for pool in self._unspared("work_pools", spare_noise)]
        assert not left, f"pools that cannot be deleted disturb every other test: {left}"

    def _limits_of_nobody(self, spare_noise: bool) -> list[Row]:
        """The limits of tags that are v1's too, those of names, and those that deleted deployments left behind."""
        deployments: list[Row] = self._post("deployments/filter", {})
        kept = {f"deployment:{deployment['id']}" for deployment in deployments}
        return [row for row in self._unspared("v2/concurrency_limits", spare_noise) if row["name"] not in kept]

    def _delete_in_bulk(self, what: str, spare_noise: bool) -> None:
        while rows := self._unspared(what, spare_noise):
            for start in range(0, len(rows), BULK_DELETE_LIMIT):
                chosen = [row["id"] for row in rows[start : start + BULK_DELETE_LIMIT]]
                self._post(f"{what}/bulk_delete", {what: {"id": {"any_": chosen}}})

    def _unspared(self, what: str, spare_noise: bool) -> list[Row]:
        rows: list[Row] = self._post(f"{what}/filter", {})
        return [row for row in rows if not (spare_noise and row["name"].removeprefix("tag:").startswith(NOISE))]

    # The wire

    def _get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def _post(self, path: str, body: Any) -> Any:
        return self._call("POST", path, body)

    def _patch(self, path: str, body: Any) -> None:
        self._call("PATCH", path, body)

    def _delete(self, path: str) -> None:
        self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: Any) -> Any:
        response = self._http.request(method, path, json=body)
        if method == "DELETE" and response.status_code == 404:
            return None
        assert response.is_success, f"{method} {path}: HTTP {response.status_code} {response.text}"
        return response.json() if response.content else None


def _of_pool(name: str) -> str:
    return f"work_pools/{_quoted(name)}"


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def _scheduled(when: str) -> Row:
    return {"type": "SCHEDULED", "state_details": {"scheduled_time": when}}
