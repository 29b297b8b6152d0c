"""Thresholds of the server that do not fit together, or not the workers that there are."""

from dataclasses import replace

from lifeguard.durations import short
from lifeguard.findings import Finding, Resource
from lifeguard.review.desk import IN_WORKERS_OF_POOL, ON_THE_SERVER, Desk, put, risky
from lifeguard.review.known import DEFAULTS
from lifeguard.settings import variable

POLL_SECONDS = 10.0
"""How often a worker asks for work unless told otherwise (`worker.query_seconds`, Prefect 3.9.1)."""

LATE_TOO_LATE_SECONDS = 300.0
FOREMAN_TOO_SLOW_SECONDS = 60.0
DEATH_UNNOTICED_SECONDS = 300.0
DAY_SECONDS = 86_400.0
KEPT_TOO_LONG_DAYS = 30
PAGE_TOO_LONG = 1000

_LATE, _LATE_LOOP = "server.services.late_runs.after_seconds", "server.services.late_runs.loop_seconds"
_FOREMAN = "server.services.foreman"


def late_threshold(desk: Desk) -> list[Finding]:
    """Below the loop that looks for late runs, below the rhythm of workers, or so long that nobody hears in time."""
    after, loop = desk.told.number(_LATE), desk.told.number(_LATE_LOOP) or 0.0
    if after is None:
        return []
    words = f"A run is to be named Late {short(after)} after its time"
    if after < loop:
        title = f"{words}, but the server looks for such runs every {short(loop)} only"
    elif after < POLL_SECONDS:
        title = (
            f"{words}, while workers ask for work every {short(POLL_SECONDS)} by default: healthy runs are named so too"
        )
    elif after > LATE_TOO_LATE_SECONDS:
        title = f"{words} only: automations about Late runs hear of a dead pool no sooner"
    else:
        return []
    return [risky(_LATE, after, title, (put(ON_THE_SERVER, _LATE, 15),), late_runs_loop_seconds=loop)]


def heartbeats_missed(desk: Desk) -> list[Finding]:
    """One heartbeat that is lost must not make a worker OFFLINE."""
    path = f"{_FOREMAN}.inactivity_heartbeat_multiple"
    multiple = desk.told.number(path)
    if multiple is None or multiple >= 2:
        return []
    title = f"A worker counts as OFFLINE after {multiple:g} heartbeat: one that comes late makes its pool NOT_READY"
    return [risky(path, multiple, title, (put(ON_THE_SERVER, path, 3),))]


def slow_foreman(desk: Desk) -> list[Finding]:
    """Statuses are as old as its loop."""
    path = f"{_FOREMAN}.loop_seconds"
    loop = desk.told.number(path)
    if loop is None or loop <= FOREMAN_TOO_SLOW_SECONDS:
        return []
    title = (
        f"Statuses of workers and pools are set every {short(loop)} only: automations about NOT_READY come that late"
    )
    return [risky(path, loop, title, (put(ON_THE_SERVER, path, 15),))]


def short_poll_timeouts(desk: Desk) -> list[Finding]:
    """Workers poll every 10 s, and a slow answer or a busy worker doubles that."""
    paths = [f"{_FOREMAN}.{what}_last_polled_timeout_seconds" for what in ("work_queue", "deployment")]
    timeouts = [(path, desk.told.number(path)) for path in paths]
    return [_short_poll_timeout(path, value) for path, value in timeouts if value and value < 2 * POLL_SECONDS]


def _short_poll_timeout(path: str, timeout: float) -> Finding:
    what = "work queue" if "work_queue" in path else "deployment"
    title = f"A {what} counts as NOT_READY {short(timeout)} after it was polled, and workers poll every 10 s by default"
    return risky(path, timeout, title, (put(ON_THE_SERVER, path, 60),), worker_query_seconds=POLL_SECONDS)


def fallback_below_workers(desk: Desk) -> list[Finding]:
    """Only of use where workers do not tell their interval, as those of old Prefects."""
    path = f"{_FOREMAN}.fallback_heartbeat_interval_seconds"
    fallback, multiple = desk.told.number(path), desk.told.number(f"{_FOREMAN}.inactivity_heartbeat_multiple") or 3
    silent = [worker for _, worker in desk.live_workers if worker.heartbeat_seconds is None]
    usual = DEFAULTS["worker.heartbeat_seconds"]
    if fallback is None or not silent or fallback * multiple > usual:
        return []
    title = (
        f"Workers that do not tell how often they send heartbeats, such as '{silent[0].name}', count as OFFLINE after "
        f"{short(fallback * multiple)}; by default they send one every {short(usual)}"
    )
    return [risky(path, fallback, title, (put(ON_THE_SERVER, path, 30),), workers_that_do_not_tell=len(silent))]


def rare_heartbeats(desk: Desk) -> list[Finding]:
    """Of the workers that are alive, those whose death would long go unnoticed."""
    path = "worker.heartbeat_seconds"
    multiple = desk.told.number(f"{_FOREMAN}.inactivity_heartbeat_multiple") or 3
    rare = [
        (pool, worker)
        for pool, worker in desk.live_workers
        if worker.heartbeat_seconds and worker.heartbeat_seconds * multiple > DEATH_UNNOTICED_SECONDS
    ]
    if not rare:
        return []
    pool, worker = max(rare, key=lambda each: each[1].heartbeat_seconds or 0.0)
    every = worker.heartbeat_seconds or 0.0
    title = (
        f"Worker '{worker.name}' of pool '{pool.name}' sends a heartbeat every {short(every)}: that it died would be "
        f"noticed after {short(every * multiple)}"
    )
    steps = (put(IN_WORKERS_OF_POOL, path, 30),)
    found = risky(path, every, title, steps, workers=len(rare), work_pool=pool.name, heartbeat_multiple=multiple)
    return [_of_worker(found, worker.name)]


def _of_worker(found: Finding, name: str) -> Finding:
    return replace(found, resource=Resource("worker", found.resource.id, name))


def gaps_between_schedules(desk: Desk) -> list[Finding]:
    """A scheduler that comes seldom has to make runs far ahead."""
    scheduler = "server.services.scheduler"
    loop, ahead = desk.told.number(f"{scheduler}.loop_seconds"), desk.told.number(f"{scheduler}.min_scheduled_time")
    if loop is None or ahead is None or loop < ahead:
        return []
    runs = desk.told.number(f"{scheduler}.min_runs") or 0
    title = (
        f"The scheduler comes every {short(loop)} and makes runs for {short(ahead)} and at least {runs:g} of each schedule: "
        "frequent schedules have gaps"
    )
    step = f"{put(ON_THE_SERVER, f'{scheduler}.loop_seconds', 60)} {variable(f'{scheduler}.min_scheduled_time')}=3600"
    return [risky(f"{scheduler}.loop_seconds", loop, title, (step,), min_scheduled_time_seconds=ahead, min_runs=runs)]


def events_kept(desk: Desk) -> list[Finding]:
    """Heartbeats of runs are events too: one for each run and three minutes."""
    path = "server.events.retention_period"
    kept = desk.told.number(path)
    if kept is None or DAY_SECONDS <= kept <= KEPT_TOO_LONG_DAYS * DAY_SECONDS:
        return []
    if kept < DAY_SECONDS:
        title = f"Events are kept for {short(kept)}: what happened in the night cannot be looked up in the morning"
    else:
        title = f"Events are kept for {short(kept)}: theirs is soon the largest table, and what reads it becomes slow"
    return [risky(path, kept, title, (put(ON_THE_SERVER, path, "P7D"),))]


def long_pages(desk: Desk) -> list[Finding]:
    """The server answers one request at a time in Python: a page of 200 runs takes 0.1 s (measured, 3.8.8)."""
    path = "server.api.default_limit"
    limit = desk.told.number(path)
    if limit is None or limit <= PAGE_TOO_LONG:
        return []
    title = f"One answer may hold {limit:g} runs, and while the server writes it nobody else is answered"
    return [risky(path, limit, title, (put(ON_THE_SERVER, path, 200),))]
