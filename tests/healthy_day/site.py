"""The people and machines of a healthy site, who do through the public API what real ones do: workers, processes, runs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import prefect
from prefect.client.constants import SERVER_API_VERSION

from tests.estate import wait_until
from tests.patience import patient_client

PREFETCH_SECONDS = 10
"""`PREFECT_WORKER_PREFETCH_SECONDS`: how long before its time a worker takes a run."""
LEASE_MINUTES = 15
"""Leases are renewed at every step, of which the longest takes ten minutes."""
RESTART_WAITS_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
Row = dict[str, Any]


def now() -> datetime:
    """By the clock of the site."""
    return datetime.now(UTC)


@dataclass
class Wire:
    """The API, asked again while it is busy or starts anew, in the name of a client that renews its leases."""

    api_url: str

    def __post_init__(self) -> None:
        agent = {"User-Agent": f"prefect/{prefect.__version__} (API {SERVER_API_VERSION})"}
        self.http = patient_client(self.api_url, agent)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What it answers; an answer that says no is a mistake of the test."""
        response = self._asked(method, path, body)
        for pause in RESTART_WAITS_SECONDS:
            if response is not None:
                break
            time.sleep(pause)
            response = self._asked(method, path, body)
        assert response is not None and response.is_success, f"{method} {path}: {response and response.text}"
        return response.json() if response.content else None

    def post(self, path: str, body: Any = None) -> Any:
        """The answer to a POST."""
        return self.call("POST", path, body or {})

    def server_time(self) -> datetime:
        """What the `date` header says; the server writes it anew once a second."""
        date = self.http.get("health").headers["date"]
        return datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)

    def _asked(self, method: str, path: str, body: Any) -> httpx.Response | None:
        try:
            return self.http.request(method, path, json=body)
        except httpx.TransportError:
            return None


def pool_path(name: str) -> str:
    """Where a pool is."""
    return f"work_pools/{quote(name, safe='')}"


@dataclass
class Running:
    """A run in somebody's hands, from the claim to its end."""

    id: str
    starts_at: datetime
    ends_at: datetime
    lease_id: str | None
    has_begun: bool = False


@dataclass
class Claimer:
    """Whoever takes runs: it carries each from PENDING to COMPLETED, heard all the while, its lease renewed."""

    wire: Wire
    minutes: float
    at_most: int = 10
    hands: list[Running] = field(default_factory=list[Running])
    completed: int = 0

    @property
    def room(self) -> int:
        """How many more it can take."""
        return max(0, self.at_most - len(self.hands))

    def take(self, runs: Sequence[Row], label: str | None = None) -> None:
        """Propose PENDING for each, as the server hands them out; one that a limit refuses goes back by itself."""
        for run in runs[: self.room]:
            answer = self._set_state(run["id"], {"type": "PENDING"})
            if answer["status"] != "ACCEPT" or answer["state"]["type"] != "PENDING":
                continue
            if label:
                self.wire.call("PATCH", f"flow_runs/{run['id']}/labels", {"prefect.worker.name": label})
            due = max(now(), datetime.fromisoformat(run["next_scheduled_start_time"]))
            lease = answer["state"]["state_details"].get("deployment_concurrency_lease_id")
            self.hands.append(Running(run["id"], due, due + timedelta(minutes=self.minutes), lease))

    def go_on(self) -> None:
        """Begin what is due, end what is over, and show that the others live."""
        for run in list(self.hands):
            if not run.has_begun and run.starts_at <= now():
                run.has_begun = self._set_state(run.id, {"type": "RUNNING"})["status"] == "ACCEPT"
            if run.has_begun and run.ends_at <= now():
                self._set_state(run.id, {"type": "COMPLETED"})
                self.hands.remove(run)
                self.completed += 1
                continue
            if run.lease_id:
                self.wire.post(
                    f"v2/concurrency_limits/leases/{run.lease_id}/renew", {"lease_duration": LEASE_MINUTES * 60}
                )
        self._be_heard([run.id for run in self.hands if run.has_begun])

    def _be_heard(self, runs: Sequence[str]) -> None:
        if runs:
            self.wire.post("events", [_heartbeat(run) for run in runs])

    def _set_state(self, run: str, state: Row) -> Row:
        answer: Row = self.wire.post(f"flow_runs/{run}/set_state", {"state": state})
        return answer


@dataclass
class Worker:
    """A worker of one pool: a heartbeat, a poll, and its runs."""

    wire: Wire
    pool: str
    name: str
    claimer: Claimer
    heartbeat_seconds: int

    def step(self) -> None:
        """What it does at a step; it ends what it has begun before it takes more."""
        heartbeat = {"name": self.name, "heartbeat_interval_seconds": self.heartbeat_seconds}
        self.wire.post(f"{pool_path(self.pool)}/workers/heartbeat", heartbeat)
        self.claimer.go_on()
        until = (now() + timedelta(seconds=PREFETCH_SECONDS)).isoformat()
        asked = {"scheduled_before": until, "limit": max(1, self.claimer.room)}
        offered: list[Row] = self.wire.post(f"{pool_path(self.pool)}/get_scheduled_flow_runs", asked)
        self.claimer.take([offer["flow_run"] for offer in offered], self.name)
        self.claimer.go_on()


@dataclass
class Server:
    """The process of `flow.serve`: it asks for the runs of its own deployment."""

    wire: Wire
    deployment: str
    claimer: Claimer

    def step(self) -> None:
        """What it does at a step."""
        self.claimer.go_on()
        until = (now() + timedelta(seconds=PREFETCH_SECONDS)).isoformat()
        asked = {"deployment_ids": [self.deployment], "scheduled_before": until, "limit": 10}
        self.claimer.take(self.wire.post("deployments/get_scheduled_flow_runs", asked))
        self.claimer.go_on()


@dataclass
class Site:
    """Everything that works there now, by name."""

    wire: Wire
    heartbeat_seconds: int = 30
    workers: dict[str, Worker] = field(default_factory=dict[str, Worker])
    servers: dict[str, Server] = field(default_factory=dict[str, Server])
    completed_by_those_gone: int = 0

    @property
    def completed(self) -> int:
        """How many runs were brought to their end."""
        hands = [each.claimer.completed for each in (*self.workers.values(), *self.servers.values())]
        return sum(hands) + self.completed_by_those_gone

    def pool(self, name: str, **columns: Any) -> None:
        """A new work pool."""
        self.wire.post("work_pools/", {"name": name, "type": "process", **columns})

    def staff(self, pool: str, *names: str, minutes: float = 2, at_most: int = 10) -> None:
        """Start workers, whose runs take so many minutes."""
        for name in names:
            self.workers[name] = Worker(
                self.wire, pool, name, Claimer(self.wire, minutes, at_most), self.heartbeat_seconds
            )
            self.workers[name].step()

    def stop(self, *names: str) -> None:
        """Stop workers as a deploy does: others go on with what they had begun."""
        for name in names:
            gone = self.workers.pop(name)
            heirs = [each for each in self.workers.values() if each.pool == gone.pool]
            assert heirs or not gone.claimer.hands, f"{name} is stopped in the middle of its runs"
            if heirs:
                heirs[0].claimer.hands.extend(gone.claimer.hands)
            self.completed_by_those_gone += gone.claimer.completed

    def serve(self, deployment: str, minutes: float) -> None:
        """Start the process that serves a deployment."""
        self.servers[deployment] = Server(self.wire, deployment, Claimer(self.wire, minutes))

    def deployment(self, name: str, pool: str | None, schedule: Row | None = None, **columns: Any) -> str:
        """Make or renew a deployment, as `prefect deploy` does; its id."""
        flow: Row = self.wire.post("flows/", {"name": name})
        schedules = [{"schedule": schedule, "active": True}] if schedule else []
        body = {"name": "day", "flow_id": flow["id"], "work_pool_name": pool, "schedules": schedules, **columns}
        row: Row = self.wire.post("deployments/", body)
        return row["id"]

    def runs(self, deployment: str, number: int) -> list[str]:
        """Ask for so many runs at once, to start now."""
        path, state = f"deployments/{deployment}/create_flow_run", {"type": "SCHEDULED"}
        return [self.wire.post(path, {"state": state})["id"] for _ in range(number)]

    def step(self) -> None:
        """What everybody does from time to time."""
        for each in (*self.workers.values(), *self.servers.values()):
            each.step()

    def settle(self) -> None:
        """Wait until the server has noted what it was just told, and its `date` is of now."""
        wait_until(lambda: now() - self.wire.server_time() < timedelta(seconds=5), "the server tells the time of now")
        pools = {worker.pool for worker in self.workers.values()}
        wait_until(
            lambda: all(self._is_polled(pool) for pool in pools), "the server has noted the polls", meanwhile=self.step
        )
        wait_until(self._are_late_runs_marked, "the server has marked what is late, for which it had a minute")

    def _is_polled(self, pool: str) -> bool:
        row: Row = self.wire.call("GET", f"{pool_path(pool)}/queues/default")
        polled: str | None = row["last_polled"]
        return polled is not None and now() - datetime.fromisoformat(polled) < timedelta(seconds=40)

    def _are_late_runs_marked(self) -> bool:
        name = {"state": {"name": {"any_": ["Scheduled"]}}}
        due = {"next_scheduled_start_time": {"before_": (now() - timedelta(seconds=60)).isoformat()}}
        number: int = self.wire.post("flow_runs/count", {"flow_runs": name | due})
        return number == 0


def _heartbeat(run: str) -> Row:
    resource = {"prefect.resource.id": f"prefect.flow-run.{run}"}
    what = {"id": str(uuid4()), "event": "prefect.flow-run.heartbeat", "resource": resource}
    return {**what, "occurred": now().isoformat()}
