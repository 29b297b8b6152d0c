"""A snapshot, a policy and a moment, with the groupings that the checks share. Nothing is judged here but time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from lifeguard.facts import OWN_TAG, Heartbeats, Leak, Limit, Pool, Queue, Run, Worker, seconds
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, WAITING_RUNS, WORK_QUEUES, WORKERS_AND_RUNS, Snapshot

WORKER_QUERY_SECONDS = 10
"""How often a worker polls: PREFECT_WORKER_QUERY_SECONDS, which no API tells."""

DEPLOYMENT_LIMIT_PREFIX = "deployment:"

K = TypeVar("K")
T = TypeVar("T")


@dataclass(frozen=True)
class Scene:
    """What a check sees. Lifeguard's own runs are left out of everything that could accuse."""

    snapshot: Snapshot
    policy: Policy
    now: datetime

    @cached_property
    def _worked_out(self) -> dict[Callable[["Scene"], Any], Any]:
        return {}

    def once(self, work_out: Callable[["Scene"], T]) -> T:
        """What several checks need of a scene, worked out by the first that does."""
        if work_out not in self._worked_out:
            self._worked_out[work_out] = work_out(self)
        return self._worked_out[work_out]

    @cached_property
    def overdue_after_seconds(self) -> float:
        """The server's own patience, unless the policy has one."""
        return self.snapshot.server.settings.overdue_after(self.policy.overdue_after_seconds)

    def is_overdue(self, run: Run) -> bool:
        """Whether this run should have started by now, whatever its state is named."""
        return run.overdue_seconds(self.now) > self.overdue_after_seconds

    def is_backing_off(self, run: Run) -> bool:
        """Whether the server has sent this run back for want of a slot and its next attempt is still ahead."""
        return run.waits_for_slot and run.next_start is not None and run.next_start > self.now

    @cached_property
    def due(self) -> tuple[Run, ...]:
        """The overdue runs that nobody has claimed, oldest first."""
        due = (run for run in self.snapshot.waiting if self.is_overdue(run) and OWN_TAG not in run.tags)
        return tuple(sorted(due, key=_age))

    @cached_property
    def due_by_pool(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The due runs of each pool; those without a pool are under None."""
        return grouped(self.due, lambda run: run.pool_id)

    @cached_property
    def due_by_queue(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The due runs of each queue."""
        return grouped(self.due, lambda run: run.queue_id)

    @cached_property
    def due_by_deployment(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The due runs of each deployment."""
        return grouped(self.due, lambda run: run.deployment_id)

    @cached_property
    def soon_by_pool(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The runs that are not overdue and expected within the look-ahead, by pool."""
        return grouped(sorted(filter(self._is_soon, self.snapshot.waiting), key=_age), lambda run: run.pool_id)

    def _is_soon(self, run: Run) -> bool:
        horizon = self.now + seconds(self.policy.for_pool(run.pool_name).look_ahead_seconds)
        is_expected = run.next_start is not None and run.next_start <= horizon
        return is_expected and not self.is_overdue(run) and OWN_TAG not in run.tags

    @cached_property
    def overdue_by_pool(self) -> Mapping[str | None, tuple[Run, ...]]:
        """Every overdue run, claimed or not, ours or not, by pool: what the numbers of a pool show."""
        return grouped(self._every_overdue(), lambda run: run.pool_id)

    @cached_property
    def overdue_by_queue(self) -> Mapping[str | None, tuple[Run, ...]]:
        """Every overdue run, claimed or not, ours or not, by queue."""
        return grouped(self._every_overdue(), lambda run: run.queue_id)

    def _every_overdue(self) -> list[Run]:
        return sorted(filter(self.is_overdue, (*self.snapshot.waiting, *self.snapshot.active)), key=_age)

    @cached_property
    def refused_by_pool(self) -> Mapping[str | None, int]:
        """How many runs of each pool the server sent back because their deployment was full."""
        return Counter(run.pool_id for run in self.snapshot.waiting if run.waits_for_slot)

    @cached_property
    def active_by_pool(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The PENDING and RUNNING runs of each pool, longest in their state first."""
        return grouped(sorted(self.snapshot.active, key=_time_in_state), lambda run: run.pool_id)

    @cached_property
    def active_by_queue(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The PENDING and RUNNING runs of each queue."""
        return grouped(sorted(self.snapshot.active, key=_time_in_state), lambda run: run.queue_id)

    @cached_property
    def active_by_deployment(self) -> Mapping[str | None, tuple[Run, ...]]:
        """The PENDING and RUNNING runs of each deployment."""
        return grouped(sorted(self.snapshot.active, key=_time_in_state), lambda run: run.deployment_id)

    @cached_property
    def runs_by_id(self) -> Mapping[str, Run]:
        """Every run that was seen."""
        seen = self.snapshot
        begun = (*seen.interrupted, *seen.cancelling, *seen.paused, *seen.retrying)
        return {run.id: run for run in (*begun, *seen.ended, *seen.waiting, *seen.active)}

    @cached_property
    def pools_by_id(self) -> Mapping[str, Pool]:
        """The pools by id."""
        return {pool.id: pool for pool in self.snapshot.pools}

    @cached_property
    def queues_by_pool(self) -> Mapping[str, tuple[Queue, ...]]:
        """The queues of each pool, in order of priority."""
        ordered = sorted(self.snapshot.queues, key=lambda queue: (queue.priority or 0, queue.name, queue.id))
        return grouped(ordered, lambda queue: queue.pool_id)

    @cached_property
    def limits_by_name(self) -> Mapping[str, Limit]:
        """The limits by Prefect's own names."""
        return {limit.name: limit for limit in self.snapshot.limits}

    def deployment_limit(self, deployment_id: str | None) -> Limit | None:
        """The concurrency limit of one deployment, if it has any."""
        return self.limits_by_name.get(f"{DEPLOYMENT_LIMIT_PREFIX}{deployment_id}")

    @cached_property
    def leaks(self) -> Mapping[str, Leak]:
        """The leaks by the name of the limit."""
        return {leak.limit_name: leak for leak in self.snapshot.leaks}

    def is_silent(self, run: Run) -> bool:
        """Whether this run sent heartbeats and stopped, for longer than it may be silent; never of one that sent none."""
        beats = self.snapshot.heartbeats.get(run.id)
        return beats is not None and self.now - beats.last > seconds(self.heartbeat_patience(beats))

    def heartbeat_patience(self, beats: Heartbeats) -> float:
        """For how long this run may be silent: the policy's time, or three of its own intervals where those are longer."""
        return max(self.policy.heartbeat_silent_after_seconds, 3 * beats.every_seconds)

    def is_alive(self, run: Run) -> bool | None:
        """Whether the worker that started this run is alive; None where that is not known."""
        known = [
            worker for worker in self.snapshot.workers.get(run.pool_id or "", ()) if worker.name == run.worker_name
        ]
        return self.is_fresh(known[0]) if known else None

    @cached_property
    def paused_queues(self) -> frozenset[str]:
        """The ids of the paused queues; `is_paused` is right where the queue's status is not (PrefectHQ/prefect#13935)."""
        return frozenset(queue.id for queue in self.snapshot.queues if queue.is_paused)

    def startable(self, pool: Pool) -> tuple[Run, ...]:
        """The due runs of a pool that no paused queue holds back."""
        return tuple(run for run in self.due_by_pool.get(pool.id, ()) if run.queue_id not in self.paused_queues)

    def soon(self, pool: Pool) -> tuple[Run, ...]:
        """The runs of a pool that are expected within the look-ahead and that no paused queue holds back."""
        return tuple(run for run in self.soon_by_pool.get(pool.id, ()) if run.queue_id not in self.paused_queues)

    def claimed(self, pool: Pool) -> tuple[Run, ...]:
        """The overdue runs of a pool that somebody claimed and that have not begun."""
        active = self.active_by_pool.get(pool.id, ())
        return tuple(run for run in active if run.is_pending and self.is_overdue(run) and OWN_TAG not in run.tags)

    def is_fresh(self, worker: Worker) -> bool:
        """Whether a heartbeat is younger than the server would wait."""
        return worker.is_fresh(self.snapshot.server.settings, self.now)

    def heartbeat_patience_seconds(self, worker: Worker) -> float:
        """For how long after a heartbeat the server takes a worker for alive."""
        return self.snapshot.server.settings.heartbeat_patience_seconds(worker)

    def workers(self, pool: Pool) -> tuple[Worker, ...] | None:
        """The known workers of a pool, dead and alive, or None if they could not be seen."""
        return self.snapshot.workers.get(pool.id)

    def workers_age_seconds(self, pool: Pool) -> float | None:
        """How long before this look the workers of a pool were read; None where they were read in it, or not at all."""
        read_at = self.snapshot.workers_read_at.get(pool.id)
        return None if read_at is None else round((self.now - read_at).total_seconds(), 3)

    def live_workers(self, pool: Pool) -> tuple[Worker, ...]:
        """The workers of a pool that are known to be alive."""
        return tuple(worker for worker in self.workers(pool) or () if self.is_fresh(worker))

    def is_polled(self, queue: Queue) -> bool:
        """Whether somebody asked for this queue's runs lately, or it still hands runs out while its status lags."""
        return self.is_polled_lately(queue) or self.snapshot.queue_starts.get(queue.id, 0) > 0

    def is_polled_lately(self, queue: Queue) -> bool:
        """Whether the server noted a poll of this queue lately."""
        patience = max(
            self.policy.queue_silent_after_seconds,
            self.snapshot.server.settings.queue_polled_timeout_seconds,
            6 * WORKER_QUERY_SECONDS,
        )
        return queue.last_polled is not None and self.now - queue.last_polled <= seconds(patience)

    @cached_property
    def blind_pools(self) -> frozenset[str | None]:
        """The pools of which something essential is missing; None stands for all of them."""
        return frozenset(missing.pool_id for missing in self.snapshot.missing if missing.essential)

    def sees(self, what: str) -> bool:
        """Whether this kind of thing was read to its end."""
        return self.snapshot.sees(what)

    @cached_property
    def sees_demand(self) -> bool:
        """Whether it is known which runs wait, which were claimed, and which are held back by a paused queue."""
        return all(self.sees(what) for what in (WAITING_RUNS, ACTIVE_RUNS, WORK_QUEUES))

    @cached_property
    def lost_pools(self) -> Mapping[str | None, str | None]:
        """The pools whose part of the look was lost, names by id: nothing is known of their workers and runs."""
        lost = (missing for missing in self.snapshot.missing if missing.what == WORKERS_AND_RUNS)
        return {missing.pool_id: missing.pool_name for missing in lost}

    def sees_of(self, pool_id: str, what: str) -> bool:
        """Whether this kind of thing, which parts of a look read, was read to its end of one pool."""
        return self.sees(what) and pool_id not in self.lost_pools

    def sees_demand_of(self, pool_name: str | None) -> bool:
        """Whether the demand of one pool is known; of what is no pool's, only where no pool was lost."""
        lost = self.lost_pools.values()
        return self.sees_demand and (not lost if pool_name is None else pool_name not in lost)

    def is_seen(self, pool: Pool) -> bool:
        """Whether everything that a verdict on this pool rests on was seen."""
        return not self.blind_pools & {pool.id, None}


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, tuple[T, ...]]:
    """The items by their key, in the order in which they came."""
    groups: dict[K, list[T]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {name: tuple(group) for name, group in groups.items()}


def _age(run: Run) -> tuple[float, str]:
    return (run.due_since.timestamp() if run.due_since else 0.0, run.id)


def _time_in_state(run: Run) -> tuple[float, str]:
    return (run.state_since.timestamp() if run.state_since else 0.0, run.id)
