"""Whether a silent queue still hands out runs, as one does whose polls the server does not note (PrefectHQ/prefect#20729).

The newest starts of all silent queues are read together: one call in the usual case, where there are none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Pool, Queue, seconds
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import Row
from lifeguard.policy import Policy
from lifeguard.snapshot import Missing, Snapshot

READY_LAG_SECONDS = 60
BEGAN = ["RUNNING", "COMPLETED", "FAILED", "PAUSED"]
"""States of runs that began for certain: one that is cancelled while it waits gets a `start_time` too."""


async def find_queue_starts(api: Api, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """Add how many runs each silent queue with due runs handed out since its last poll: at least so many.

    That of a queue which handed out some is not read to its end. Queues that no finding rests on are left out.
    """
    served = served_pools(snapshot)
    silent = [queue for queue in silent_queues(snapshot, policy) if queue.pool_id in served]
    page_size = snapshot.server.settings.page_size
    for start in range(0, len(silent), page_size):
        snapshot = await _with_starts(api, snapshot, silent[start : start + page_size], page_size)
    return snapshot


def silent_queues(snapshot: Snapshot, policy: Policy) -> list[Queue]:
    """The queues with due runs that were polled once, and for long no more."""
    with_work = {run.queue_id for run in snapshot.waiting}
    return [queue for queue in snapshot.queues if queue.id in with_work and _is_silent(queue, snapshot, policy)]


def served_pools(snapshot: Snapshot) -> set[str]:
    """The pools of whose queues it matters whether they hand out runs: not those whose workers are all known to be dead.

    There it matters only which queue came first, where active runs show that any did.
    """
    with_active = {run.pool_id for run in snapshot.active}
    return {pool.id for pool in snapshot.pools if pool.id in with_active or not _is_dead(pool, snapshot)}


def _is_dead(pool: Pool, snapshot: Snapshot) -> bool:
    workers = snapshot.workers.get(pool.id)
    if not pool.needs_workers or workers is None:
        return False
    return not any(worker.is_fresh(snapshot.server.settings, snapshot.taken_at) for worker in workers)


def _is_silent(queue: Queue, snapshot: Snapshot, policy: Policy) -> bool:
    if queue.last_polled is None or queue.is_paused:
        return False
    return queue.last_polled < snapshot.taken_at - seconds(policy.queue_silent_after_seconds)


def _quiet_since(queue: Queue, snapshot: Snapshot) -> datetime:
    return (queue.last_polled or snapshot.taken_at) + seconds(READY_LAG_SECONDS)


@dataclass(slots=True)
class _Reading:
    """The queues, by id, of which it is not told yet whether a run began since they went quiet; and what was counted."""

    open: dict[str, datetime]
    counts: Counter[str] = field(default_factory=Counter[str])
    until: datetime | None = None

    def take(self, rows: Sequence[Row]) -> None:
        """Count a page of the newest starts: each of its rows tells of a queue that it handed out some, or none since."""
        for row in rows:
            self.until = datetime.fromisoformat(row["start_time"])
            self.counts[row["work_queue_id"]] += self.until >= self.open[row["work_queue_id"]]
        self.open = {id: since for id, since in self.open.items() if not self.counts[id] and not self._is_past(since)}

    def _is_past(self, since: datetime) -> bool:
        return self.until is not None and since > self.until

    @property
    def asked(self) -> dict[str, Any]:
        """The runs of the open queues that began since the first of them went quiet, and not after what was read."""
        window = {"after_": min(self.open.values()).isoformat(), "is_null_": False}
        until = {"before_": self.until.isoformat()} if self.until else {}
        return {
            "flow_runs": {"start_time": {**window, **until}, "state": {"type": {"any_": BEGAN}}},
            "work_pool_queues": {"id": {"any_": list(self.open)}},
        }


async def _with_starts(api: Api, snapshot: Snapshot, queues: Sequence[Queue], page_size: int) -> Snapshot:
    """Queues of which it could not be told make their pools such as could not be looked at."""
    reading = _Reading({queue.id: _quiet_since(queue, snapshot) for queue in queues})
    _, failed = await attempt(_read(api, reading, page_size), None, lambda why: Missing("starts of work queues", why))
    told = {queue.id: reading.counts[queue.id] for queue in queues if not failed or queue.id not in reading.open}
    names = {pool.id: pool.name for pool in snapshot.pools}
    unseen = tuple(
        Missing(f"starts of the work queue '{queue.name}'", each.reason, queue.pool_id, names[queue.pool_id])
        for each in failed
        for queue in queues
        if queue.id not in told
    )
    return replace(snapshot, queue_starts={**snapshot.queue_starts, **told}, missing=snapshot.missing + unseen)


async def _read(api: Api, reading: _Reading, page_size: int) -> None:
    while reading.open:
        rows: list[Row] = await api.post(
            "flow_runs/filter", {**reading.asked, "sort": "START_TIME_DESC", "limit": page_size}
        )
        reading.take(rows)
        if len(rows) < page_size:
            return
