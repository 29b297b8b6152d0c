"""One complete look: the stages in their order. The patrol flow runs the same stages as tasks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.observe.api import Api
from lifeguard.observe.backlogs import find_backlog_starts
from lifeguard.observe.cluster.look_into import look_into_clusters
from lifeguard.observe.heartbeats import find_heartbeats
from lifeguard.observe.known_deployments import with_due_forgotten
from lifeguard.observe.leaks import find_slot_leaks
from lifeguard.observe.lost_leases import find_lost_leases
from lifeguard.observe.made_runs import find_unmade_runs
from lifeguard.observe.observers import find_observers
from lifeguard.observe.pod_words import find_pod_words
from lifeguard.observe.pools import inspect_pools
from lifeguard.observe.runs import find_active_runs, find_failed_starts, find_overdue_runs, with_deployments
from lifeguard.observe.server import reach_server
from lifeguard.observe.slots import find_slot_holders
from lifeguard.observe.stopped_schedules import find_stopped_schedules
from lifeguard.observe.stored_events import count_stored_events
from lifeguard.observe.suspects import question_suspects
from lifeguard.observe.worker_events import find_worker_events
from lifeguard.observe.workers import count_workers_by_memory
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look needs besides the picture so far: the API, the policy, and the pools it is limited to, if any."""

    api: Api
    policy: Policy
    only: tuple[str, ...] = ()
    tell: Progress = lambda _: None


Stage = Callable[[Look, Snapshot], Awaitable[Snapshot]]


async def inspect_work_pools(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the work pools, their queues and all limits."""
    snapshot = await inspect_pools(look.api, snapshot, look.policy, look.only)
    return with_due_forgotten(snapshot, look.policy)


async def count_pool_workers(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read when workers began and ended, and the workers of every pool that needs some, but those that are remembered.

    It comes after the runs, which tell whose workers have to be read again.
    """
    snapshot = await find_worker_events(look.api, snapshot)
    return await count_workers_by_memory(
        look.api, snapshot, look.policy, lambda done, of: look.tell(f"counting workers, {done} of {of} pools")
    )


async def find_due_runs(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs that are due or soon will be, and which schedules make none any more."""
    snapshot = await find_overdue_runs(look.api, snapshot, look.policy, look.only)
    return await find_stopped_schedules(look.api, snapshot, look.policy, look.only)


async def find_concurrency_waits(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs that hold slots, whether they are alive, and who waits for them."""
    snapshot = await find_active_runs(look.api, snapshot, look.policy, look.only)
    snapshot = await find_slot_holders(look.api, snapshot, look.policy)
    return await find_heartbeats(look.api, await find_slot_leaks(look.api, snapshot, look.only), look.policy)


async def find_runs_that_never_started(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs that ended before they started, give the suspects a second look, and see what the server did."""
    snapshot = await find_failed_starts(look.api, snapshot, look.policy, look.only)
    snapshot = await question_suspects(look.api, await find_lost_leases(look.api, snapshot), look.policy)
    snapshot = await find_observers(look.api, await find_pod_words(look.api, snapshot, look.policy), look.policy)
    return await _see_services(look, await find_backlog_starts(look.api, snapshot, look.policy))


async def _see_services(look: Look, snapshot: Snapshot) -> Snapshot:
    """What the server's own background services left behind: two calls."""
    snapshot = await find_unmade_runs(look.api, snapshot, look.policy)
    return await count_stored_events(look.api, snapshot, look.policy)


async def look_behind_pods(look: Look, snapshot: Snapshot) -> Snapshot:
    """Look into the Kubernetes clusters that an access is saved for, behind runs that have trouble, at workers, at rights.

    Running runs on a lost node are known from there alone, so that their deployments are named here, in two calls.
    """
    snapshot = await look_into_clusters(look.api, snapshot, with_rights=True)
    shown = {pod.run_id for cluster in snapshot.clusters for pod in cluster.pods}
    return await with_deployments(look.api, snapshot, (run for run in snapshot.active if run.id in shown))


STAGES: Sequence[tuple[str, Stage]] = (
    ("inspecting work pools", inspect_work_pools),
    ("finding overdue runs", find_due_runs),
    ("finding concurrency waits", find_concurrency_waits),
    ("counting workers", count_pool_workers),
    ("finding runs that never started", find_runs_that_never_started),
    ("looking into clusters", look_behind_pods),
)


async def begin(look: Look, now: datetime) -> Snapshot:
    """Reach the server; the snapshot that comes back has its clock. Raises `ConfigurationError` if no look is possible."""
    look.tell("reaching the server")
    return with_price(look, await reach_server(look.api, now))


def with_price(look: Look, snapshot: Snapshot) -> Snapshot:
    """The snapshot with what the API calls so far cost, and how they were answered."""
    return replace(snapshot, api_calls=look.api.calls, prices=look.api.prices, answers=look.api.answers)


async def go_on(look: Look, snapshot: Snapshot) -> Snapshot:
    """All stages after the first, as long as the server is there."""
    for title, stage in STAGES:
        if snapshot.can_go_on:
            look.tell(title)
            snapshot = await stage(look, snapshot)
    return with_price(look, snapshot)
