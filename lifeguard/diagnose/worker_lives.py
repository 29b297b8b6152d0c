"""The lives of a pool's workers that began lately: when each process started, and whether it was ended or just fell silent.

A worker with a name of its own keeps one record over all its lives, so that only its events tell them apart. One without
is a new record each time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.facts import Pool, Worker, seconds
from lifeguard.happenings import WorkerEvent

LATELY_SECONDS = 900.0
SHORT_LIFE_SECONDS = 120.0
SAME_START_SECONDS = 10.0
"""Replicas that are started together, even under one name, are one start."""


@dataclass(frozen=True, slots=True)
class WorkerLife:
    """One process of a worker that is no more. `was_ended` is True where it said so itself."""

    name: str
    started_at: datetime
    was_ended: bool


def short_lives(scene: Scene, pool: Pool) -> list[WorkerLife]:
    """The lives that began lately and are over, each after less than two minutes where that is known; by their start."""
    since = scene.now - seconds(LATELY_SECONDS)
    own = [event for event in scene.snapshot.worker_events if event.pool_id == pool.id]
    told = [life for some in grouped(own, lambda event: event.name).values() for life in _lives(scene, pool, some)]
    silent = _records_without_events(scene, pool, {event.name for event in own})
    return sorted(
        (life for life in (*told, *silent) if life.started_at >= since), key=lambda life: (life.started_at, life.name)
    )


def number_of_starts(lives: Iterable[WorkerLife]) -> int:
    """How often a worker was started, where those that started together count once."""
    counted, last = 0, None
    for life in lives:
        if last is None or life.started_at - last >= seconds(SAME_START_SECONDS):
            counted, last = counted + 1, life.started_at
    return counted


def steady_workers(scene: Scene, pool: Pool) -> list[Worker]:
    """The live workers whose process is older than a short life."""
    newest = {e.name: e.at for e in scene.snapshot.worker_events if e.is_start and e.pool_id == pool.id}
    return [worker for worker in scene.live_workers(pool) if _is_steady(scene, worker, newest.get(worker.name))]


def _is_steady(scene: Scene, worker: Worker, started: datetime | None) -> bool:
    since = max((at for at in (started, worker.created) if at), default=None)
    return since is None or scene.now - since > seconds(SHORT_LIFE_SECONDS)


def _lives(scene: Scene, pool: Pool, events: Sequence[WorkerEvent]) -> list[WorkerLife]:
    """Each start of one name with what came next: its end, another start without one, or nothing."""
    known = {worker.name: worker for worker in scene.workers(pool) or ()}
    lives = list[WorkerLife]()
    for number, event in enumerate(events):
        after = events[number + 1] if number + 1 < len(events) else None
        if not event.is_start:
            continue
        if after is None:
            worker = known.get(event.name)
            is_over = worker is not None and not scene.is_fresh(worker) and _was_short(event.at, worker.last_heartbeat)
            lives += [WorkerLife(event.name, event.at, False)] if is_over else []
        elif after.is_start or _was_short(event.at, after.at):
            lives.append(WorkerLife(event.name, event.at, not after.is_start))
    return lives


def _records_without_events(scene: Scene, pool: Pool, told: set[str]) -> list[WorkerLife]:
    """Records of workers that died before their first event arrived, or whose events never do."""
    return [
        WorkerLife(worker.name, worker.created, False)
        for worker in scene.workers(pool) or ()
        if worker.name not in told
        and worker.created
        and not scene.is_fresh(worker)
        and _was_short(worker.created, worker.last_heartbeat)
    ]


def _was_short(began: datetime, ended: datetime | None) -> bool:
    return ended is None or ended - began < seconds(SHORT_LIFE_SECONDS)
