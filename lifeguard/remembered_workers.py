"""Whose workers are remembered, and need not be read again: to read them costs a call for each pool. Pure.

Remembered is only what all that was asked anyway speaks for. A pool of which anything contradicts it, or whose remembered
workers could accuse anybody, is read again; so is each in its turn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from lifeguard.facts import Pool, Queue, Run, ServerSettings, Worker, seconds
from lifeguard.memory import KnownWorkers
from lifeguard.policy import Policy
from lifeguard.snapshot import ACTIVE_RUNS, WAITING_RUNS, WORK_QUEUES, WORKER_EVENTS, Snapshot
from lifeguard.stuck import stuck_after
from lifeguard.unheard import Place, should_be_heard, unheard_runs
from lifeguard.whose_turn import turns

FEW_POOLS = 25
"""So many are always read: at 7 to 9 ms of a server's CPU each (3.8.8) that is a fifth of a second."""

UNSETTLED_SECONDS, SHORT_LIFE_SECONDS = 900.0, 120.0
"""So far back `worker-crash-loop` looks, and for so short lives: where one may be, workers are read each time."""

WELL_INTERVALS = 2.0
"""A worker that is alive was heard within one interval of its heartbeats, and the time that a call takes."""

READY, NOT_READY, PAUSED, ONLINE = "READY", "NOT_READY", "PAUSED", "ONLINE"
WITNESSES = (WAITING_RUNS, ACTIVE_RUNS, WORK_QUEUES, WORKER_EVENTS)
"""What speaks for a memory, or against it; where one of them is missing, nothing is remembered."""


def remembered_workers(snapshot: Snapshot, policy: Policy) -> Mapping[str, KnownWorkers]:
    """The workers that need not be read again, by the id of their pool; of few pools, all are read."""
    pools = [pool for pool in snapshot.pools if pool.needs_workers]
    is_worth_it = len(pools) > FEW_POOLS and policy.reread_after_seconds > 0
    if not is_worth_it or not all(map(snapshot.sees, WITNESSES)):
        return {}
    witness, known = Witness(snapshot, policy), snapshot.memory.workers
    held = [known[pool.id] for pool in pools if pool.id in known and witness.speaks_for(pool, known[pool.id])]
    held.sort(key=lambda each: (each.read_at, each.pool.id))
    due = turns([each.read_at for each in held], snapshot.taken_at, seconds(policy.reread_after_seconds))
    return {each.pool.id: each for place, each in enumerate(held) if place not in due}


def with_remembered(snapshot: Snapshot, held: Mapping[str, KnownWorkers]) -> Snapshot:
    """The snapshot with the remembered workers beside those that were read."""
    now, settings = snapshot.taken_at, snapshot.server.settings
    return replace(
        snapshot,
        workers={**snapshot.workers, **{id: as_of_now(known, now, settings) for id, known in held.items()}},
        workers_read_at={id: known.read_at for id, known in held.items()},
    )


def leaving_workers(snapshot: Snapshot, held: Mapping[str, KnownWorkers]) -> Snapshot:
    """The snapshot with what the next look may use: nothing of few pools, nor of one that could not be read now."""
    seen = [pool for pool in snapshot.pools if pool.needs_workers and pool.id in snapshot.workers]
    read = {pool.id: KnownWorkers(pool, snapshot.taken_at, snapshot.workers[pool.id]) for pool in seen}
    left = {**read, **held} if len(seen) > FEW_POOLS else {}
    return replace(snapshot, memory=replace(snapshot.memory, workers=left))


def as_of_now(known: KnownWorkers, now: datetime, settings: ServerSettings) -> tuple[Worker, ...]:
    """The remembered workers for a look that began `now`: one that was alive is as if it had been heard ever since.

    What speaks for it is what `Witness` asks for: the server would set the pool's status, and queues would be silent.
    """
    age = now - known.read_at
    return tuple(
        replace(worker, last_heartbeat=worker.last_heartbeat + age)
        if worker.last_heartbeat and _was_alive(worker, known, settings)
        else worker
        for worker in known.workers
    )


@dataclass(frozen=True)
class Witness:
    """What a look has seen before it reads any worker, as far as it tells of them."""

    snapshot: Snapshot
    policy: Policy

    def speaks_for(self, pool: Pool, known: KnownWorkers) -> bool:
        """Whether everything goes with what is remembered of a pool's workers, and no finding could rest on it alone."""
        is_same = (pool.status, pool.is_paused, pool.type) == (
            known.pool.status,
            known.pool.is_paused,
            known.pool.type,
        )
        return is_same and self._is_settled(pool, known) and self._is_as_it_was(pool, known)

    def _is_settled(self, pool: Pool, known: KnownWorkers) -> bool:
        """Whether nobody came or went lately, and the server's word on each worker was that of its heartbeat."""
        return pool.id not in self._unsettled and all(
            _is_plain(worker, known, self._settings) and not self._may_have_lived_shortly(worker, known)
            for worker in known.workers
        )

    def _may_have_lived_shortly(self, worker: Worker, known: KnownWorkers) -> bool:
        is_alive = _was_alive(worker, known, self._settings)
        since = known.read_at - seconds(SHORT_LIFE_SECONDS) if is_alive else self._lately
        return worker.created is None or worker.created >= since

    def _is_as_it_was(self, pool: Pool, known: KnownWorkers) -> bool:
        living = [worker for worker in known.workers if _was_alive(worker, known, self._settings)]
        alive = {worker.name for worker in living}
        if pool.status == NOT_READY or (pool.status == PAUSED and not alive):
            names = {worker.name for worker in known.workers}
            return not alive and self._busy[pool.id] <= names and not self._is_polled_since(pool, known.read_at)
        is_told = pool.status in (READY, PAUSED) and bool(alive) and self._busy[pool.id] <= alive
        return is_told and not self._matters(pool, living) and self._is_polled(pool, known)

    def _matters(self, pool: Pool, living: Sequence[Worker]) -> bool:
        """Whether a finding may rest on these workers: where there is work that they may take, or nothing is heard of one."""
        has_work = pool.status != PAUSED and pool.id in self._demanding
        unheard = (worker for worker in living if (pool.id, worker.name) in self._unheard)
        return has_work or any(should_be_heard(worker, self.snapshot) for worker in unheard)

    def _is_polled_since(self, pool: Pool, time: datetime) -> bool:
        """Whether anybody asked for work of a pool of which nobody was known to be alive."""
        return any(queue.last_polled and queue.last_polled > time for queue in self._queues[pool.id])

    def _is_polled(self, pool: Pool, known: KnownWorkers) -> bool:
        """Whether somebody asks for work of each queue that has some to come, and of any at all.

        When the last worker dies, its queues are silent before its heartbeats are too old.
        """
        patience = [self._settings.heartbeat_patience_seconds(worker) for worker in known.workers]
        since = self.snapshot.taken_at - seconds(min([self._settings.queue_polled_timeout_seconds, *patience]))
        queues = [queue for queue in self._queues[pool.id] if not queue.is_paused]
        polled = [queue for queue in queues if queue.last_polled and queue.last_polled > since]
        return bool(polled) and all(queue in polled or queue.id not in self._expecting for queue in queues)

    @property
    def _settings(self) -> ServerSettings:
        return self.snapshot.server.settings

    @property
    def _lately(self) -> datetime:
        return self.snapshot.taken_at - seconds(UNSETTLED_SECONDS)

    @cached_property
    def _unsettled(self) -> frozenset[str]:
        """The pools whose workers began or ended lately, by their own events."""
        return frozenset(event.pool_id for event in self.snapshot.worker_events if event.at >= self._lately)

    @cached_property
    def _demanding(self) -> frozenset[str | None]:
        """The pools with an overdue run, or one that somebody took up and that is stuck by now.

        One that has only just become due tells nothing: workers ask for work each 10 to 15 s.
        """
        due = (run for run in self.snapshot.waiting if self._is_overdue(run))
        stuck = (run for run in self.snapshot.active if run.is_pending and self._is_stuck(run))
        return frozenset(run.pool_id for run in (*due, *stuck))

    def _is_overdue(self, run: Run) -> bool:
        patience = self._settings.overdue_after(self.policy.overdue_after_seconds)
        return run.overdue_seconds(self.snapshot.taken_at) > patience

    def _is_stuck(self, run: Run) -> bool:
        return run.state_since is None or self.snapshot.taken_at - run.state_since > stuck_after(run, self.policy)

    @cached_property
    def _expecting(self) -> frozenset[str | None]:
        """The queues with a run that is due or soon will be."""
        return frozenset(run.queue_id for run in self.snapshot.waiting)

    @cached_property
    def _busy(self) -> Mapping[str | None, set[str]]:
        """The names of the workers behind the runs that have begun, by pool."""
        names: dict[str | None, set[str]] = defaultdict(set)
        for run in self._begun():
            names[run.pool_id] |= {run.worker_name} if run.worker_name else set[str]()
        return names

    def _begun(self) -> Iterable[Run]:
        seen = self.snapshot
        return (*seen.active, *seen.paused, *seen.cancelling, *seen.retrying)

    @cached_property
    def _unheard(self) -> Collection[Place]:
        """The workers that no event tells of while they run something: whether they live decides what that means."""
        return unheard_runs(self.snapshot, self.policy)

    @cached_property
    def _queues(self) -> Mapping[str, list[Queue]]:
        queues: dict[str, list[Queue]] = defaultdict(list)
        for queue in self.snapshot.queues:
            queues[queue.pool_id].append(queue)
        return queues


def _was_alive(worker: Worker, known: KnownWorkers, settings: ServerSettings) -> bool:
    heard = worker.last_heartbeat
    return heard is not None and known.read_at - heard <= seconds(settings.heartbeat_patience_seconds(worker))


def _is_plain(worker: Worker, known: KnownWorkers, settings: ServerSettings) -> bool:
    """Whether a worker was well, or dead for so long that the server had noticed: what lies between changes at once."""
    if not _was_alive(worker, known, settings):
        return worker.status != ONLINE
    heard, interval = worker.last_heartbeat, settings.heartbeat_seconds(worker)
    return worker.status == ONLINE and heard is not None and known.read_at - heard <= seconds(WELL_INTERVALS * interval)
