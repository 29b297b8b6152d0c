"""worker-crash-loop: something starts the worker again and again, and each time it dies (PrefectHQ/prefect#17344).

One that is killed leaves no event of its end. One that an exception ends, such as an HTTP 500 (#16977), says that it
stopped, as `--run-once` does: then only work tells them apart, that was due all the time and that none of them took.
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, due_evidence, due_runs, ids, of_pool
from lifeguard.diagnose.worker_lives import LATELY_SECONDS, WorkerLife, number_of_starts, short_lives, steady_workers
from lifeguard.durations import short
from lifeguard.escaping import command
from lifeguard.facts import Pool, Run
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import WORKER_EVENTS

STARTS = 3
AUTOMATIC_NAME = "Worker "
"""What `prefect worker start` names a worker without a name: its class and an id (3.9.1)."""


def worker_crash_loop(scene: Scene) -> list[Finding]:
    """Find pools whose workers were killed three times lately, or came and went three times beside work that was due."""
    if not scene.sees(WORKER_EVENTS):
        return []
    return [finding for pool in scene.snapshot.pools if (finding := _of(scene, pool))]


def _of(scene: Scene, pool: Pool) -> Finding | None:
    if not pool.needs_workers or pool.is_paused or not scene.is_seen(pool):
        return None
    lives = short_lives(scene, pool)
    steady = steady_workers(scene, pool)
    due = () if steady else _left(scene, pool)
    killed = [life for life in lives if not life.was_ended]
    if number_of_starts(killed) >= STARTS:
        return _finding(scene, pool, killed, due, len(steady))
    beside = [life for life in lives if due and due[0].due_since and life.started_at >= due[0].due_since]
    return _finding(scene, pool, beside, due, 0) if number_of_starts(beside) >= STARTS else None


def _left(scene: Scene, pool: Pool) -> tuple[Run, ...]:
    """The due runs that a worker could have taken: no slot was lacking."""
    is_full = pool.concurrency_limit is not None and (pool.active_slots or 0) >= pool.concurrency_limit
    return () if is_full else tuple(run for run in scene.startable(pool) if not run.waits_for_slot)


def _finding(scene: Scene, pool: Pool, lives: Sequence[WorkerLife], due: Sequence[Run], steady: int) -> Finding:
    last = lives[-1]
    ended = sum(life.was_ended for life in lives)
    how = "ended" if ended == len(lives) else "died"
    since = short((scene.now - lives[0].started_at).total_seconds())
    return Finding(
        code="worker-crash-loop",
        severity=Severity.CRITICAL if due else Severity.WARNING,
        resource=of_pool(pool),
        title=f"Workers of pool '{pool.name}' started and {how} {number_of_starts(lives)} times in {since}, the last of them "
        f"'{last.name}' at {at(last.started_at)}; {_words(due, steady)}",
        evidence={
            "short_lives": len(lives),
            "looked_back_seconds": int(LATELY_SECONDS),
            "said_that_they_stopped": ended,
            "first_start": lives[0].started_at,
            "last_start": last.started_at,
            "last_worker": last.name,
            "other_steady_workers": steady,
            **due_evidence(due),
        },
        remedy=(
            "Read what the worker prints at its end, where it runs: a self-hosted server keeps no logs of workers",
            f"Or start one by hand and watch it: {_by_hand(pool, last)}",
            "If it ends with an HTTP 500 of the server, set PREFECT_CLIENT_RETRY_EXTRA_CODES=500 for the worker",
        ),
        run_ids=ids(due),
    )


def _words(due: Sequence[Run], steady: int) -> str:
    if due:
        return due_runs(due)
    others = "1 other worker works" if steady == 1 else f"{steady} other workers work"
    return f"{others} on" if steady else "no run is due"


def _by_hand(pool: Pool, last: WorkerLife) -> str:
    name = None if AUTOMATIC_NAME in last.name else last.name
    return command("prefect worker start", pool=pool.name, name=name)
