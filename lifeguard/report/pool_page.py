"""`lifeguard-pool-…`: one work pool with its last hours as a picture, its incidents, its queues and its workers."""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.durations import short
from lifeguard.escaping import command, shortened, ui_code, ui_link, ui_text
from lifeguard.facts import Pool, Worker
from lifeguard.findings import PoolReading, QueueReading
from lifeguard.incidents import Incident
from lifeguard.pool_day import PoolDay
from lifeguard.report import incident_markdown as incidents
from lifeguard.report import phrases
from lifeguard.report.artifact import OVERVIEW, Artifact, pool_key, to_artifact, to_pool, to_queue
from lifeguard.report.board import Board
from lifeguard.report.chart import as_data_uri
from lifeguard.report.pool_cells import SIGN

IN_FULL, PAST_SHOWN, ROWS_SHOWN = 4, 20, 25
QUEUE_COLUMNS = ("Queue", "Status", "Overdue", "Last polled", "Slots")
WORKER_COLUMNS = ("Worker", "Heartbeat", "The server says")
LEGEND = (
    "Bands: incidents (red critical, orange warning). Hatched: no patrol looked. A gap: the number could not be seen."
)
NO_PICTURE = "There is no picture yet: it begins with the second patrol."
NO_HISTORY = "There is no picture: the history has nothing of this pool, or could not be read (`lifeguard db status`)."


def pool_page(board: Board, pool: PoolReading, day: PoolDay | None) -> Artifact:
    """The page of a pool; without its day there is no picture, and that is said."""
    name = ui_text(shortened(pool.name, incidents.LONGEST_NAME))
    scene = Scene(board.judgement.snapshot, board.judgement.policy, board.judgement.started_at)
    blocks = [
        f"# {SIGN[pool.verdict]} {name}: {pool.verdict}",
        _now(pool, board),
        _picture(day),
        *_open(board.of_pool(pool.name), board),
        *_past(day),
        *_queues(pool, board.now),
        *_workers(scene, pool),
    ]
    described = f"Work pool {name}: {pool.verdict} at {board.judgement.started_at:%Y-%m-%d %H:%M:%S} UTC."
    return Artifact(pool_key(pool.name), "markdown", described, "\n\n".join(each for each in blocks if each) + "\n")


def _now(pool: PoolReading, board: Board) -> str:
    alive = f"{phrases.workers_alive(pool)} workers alive{phrases.workers_age(pool)}"
    workers = alive if pool.needs_workers else "needs no workers"
    oldest = f" (the oldest for {short(pool.oldest_overdue_seconds)})" if pool.oldest_overdue_seconds else ""
    slots = [f"slots {phrases.slots(pool)}"] if pool.concurrency_limit is not None else []
    told = [ui_text(pool.type), workers, f"{phrases.number(pool.overdue)} overdue{oldest}", *slots]
    told.append(f"{phrases.number(pool.running)} running")
    links = [("Work pool", to_pool(pool.name)), ("Overview", to_artifact(OVERVIEW))]
    again = ui_code(command("lifeguard patrol", pool=pool.name))
    when = f"Looked at {board.judgement.started_at:%Y-%m-%d %H:%M:%S} UTC; {again} looks again at once."
    linked = " · ".join(ui_link(name, address) for name, address in links)
    return f"{' · '.join(told)}\n\n{when}\n\n{linked}"


def _picture(day: PoolDay | None) -> str:
    if day is None:
        return NO_HISTORY
    if not day.held:
        return NO_PICTURE
    since, until = (f"{time:%Y-%m-%d %H:%M}" for time in day.window)
    return f"## {since} to {until} UTC\n\n{_drawn(day)}\n\n{LEGEND}"


def _drawn(day: PoolDay) -> str:
    """A picture that cannot be drawn must not keep the page, or those that come after it, from being written."""
    try:
        return f"![Workers, overdue runs and slots over time]({as_data_uri(day)})"
    except Exception as error:
        return f"The picture could not be drawn ({type(error).__name__})."


def _open(own: Sequence[Incident], board: Board) -> list[str]:
    full = [incidents.in_full(incident, board.now, {}, tells_changes=True) for incident in own[:IN_FULL]]
    rest = [incidents.as_table(own[IN_FULL:], board.now)] if own[IN_FULL:] else []
    return ["## Open incidents", *full, *rest] if own else ["No incident is open."]


def _past(day: PoolDay | None) -> list[str]:
    over = [incident for incident in day.incidents if not incident.is_open] if day else []
    newest = sorted(over, key=lambda incident: incident.began_at, reverse=True)
    if not day or not newest:
        return []
    more = [f"And {len(newest) - PAST_SHOWN} more."] if len(newest) > PAST_SHOWN else []
    return ["## Over by now", incidents.as_table(newest[:PAST_SHOWN], day.window.end), *more]


def _queues(pool: PoolReading, now: datetime) -> list[str]:
    ordered = sorted(pool.queues, key=lambda queue: (-(queue.overdue or 0), queue.name))
    rows = [_queue(pool, queue, now) for queue in ordered[:ROWS_SHOWN]]
    more = [f"And {len(ordered) - ROWS_SHOWN} more."] if len(ordered) > ROWS_SHOWN else []
    return ["## Work queues", incidents.table(QUEUE_COLUMNS, rows), *more] if rows else []


def _queue(pool: PoolReading, queue: QueueReading, now: datetime) -> Sequence[str]:
    limit = queue.concurrency_limit
    return (
        ui_link(shortened(queue.name, incidents.LONGEST_NAME), to_queue(pool.name, queue.name)),
        ui_text(queue.status or phrases.UNSEEN),
        phrases.number(queue.overdue),
        _ago(queue.last_polled, now),
        "" if limit is None else f"{phrases.number(queue.active_slots)} of {limit}",
    )


def _workers(scene: Scene, pool: PoolReading) -> list[str]:
    """Those that are alive first, then those that were heard last: the server never forgets a worker."""
    known = scene.snapshot.workers.get(pool.id)
    if not pool.needs_workers:
        return []
    if known is None:
        return ["## Workers", "They could not be seen."]
    alive = set(scene.live_workers(_of(scene, pool)))
    ordered = sorted(known, key=lambda each: (each not in alive, -_heard(each), each.name))
    rows = [_worker(each, each in alive, scene.now) for each in ordered[:ROWS_SHOWN]]
    more = [f"And {len(ordered) - ROWS_SHOWN} more, heard longer ago."] if len(ordered) > ROWS_SHOWN else []
    told = incidents.table(WORKER_COLUMNS, rows) if rows else "There never was one."
    return ["## Workers", *_read_before(scene, pool), told, *more]


def _read_before(scene: Scene, pool: PoolReading) -> list[str]:
    """That they were not asked again, and what spoke for it; of those alive, a heartbeat is as old as it was then."""
    read_at = scene.snapshot.workers_read_at.get(pool.id)
    if read_at is None:
        return []
    what = "its status and its polled queues" if pool.workers_online else "its status"
    return [
        f"Read at {read_at:%H:%M:%S} UTC, with the heartbeats of then; since then the pool shows no change by {what}."
    ]


def _of(scene: Scene, pool: PoolReading) -> Pool:
    return next(each for each in scene.snapshot.pools if each.id == pool.id)


def _worker(worker: Worker, is_alive: bool, now: datetime) -> Sequence[str]:
    heard = _ago(worker.last_heartbeat, now)
    name = ui_text(shortened(worker.name, incidents.LONGEST_NAME))
    return name, f"{'🟢' if is_alive else '🔴'} {heard}", ui_text(worker.status or phrases.UNSEEN)


def _heard(worker: Worker) -> float:
    return worker.last_heartbeat.timestamp() if worker.last_heartbeat else 0.0


def _ago(time: datetime | None, now: datetime) -> str:
    return f"{short((now - time).total_seconds())} ago" if time else "never"
