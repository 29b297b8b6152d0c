"""events-websocket-blocked: workers and their runs do their work, and none of their events arrives (PrefectHQ/prefect#20775).

Clients send events through a websocket and lose them without an error where a proxy refuses it; everything else goes over
HTTP (seen on 3.8.8). An old client sends no heartbeats of runs, but says that its worker started: it is not accused.
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import held_for, of_pool, runs
from lifeguard.facts import OWN_TAG, Pool, Run, Worker, seconds
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import HEARTBEATS, WORKER_EVENTS

EVENTS_KEPT_SECONDS = 7 * 86400.0
"""`server.events.retention_period` (3.9.1): a worker that is older may have said that it started."""


def events_websocket_blocked(scene: Scene) -> list[Finding]:
    """Find live workers without any event, whose runs run for long without a heartbeat, while others' events are stored."""
    if not (_stores_events(scene) and scene.sees(WORKER_EVENTS) and scene.sees(HEARTBEATS)):
        return []
    found: list[Finding] = []
    for pool in scene.snapshot.pools:
        unheard = [(worker, _unheard_runs(scene, pool, worker)) for worker in _without_events(scene, pool)]
        silent = [(worker, silent) for worker, silent in unheard if silent]
        if silent:
            found.append(_finding(scene, pool, [worker for worker, _ in silent], [run for _, s in silent for run in s]))
    return found


def _stores_events(scene: Scene) -> bool:
    """Whether the server keeps events at all, as far as any were read."""
    stored = scene.snapshot.services.events
    return stored.number > 0 if stored else bool(scene.snapshot.worker_events or scene.snapshot.heartbeats)


def _without_events(scene: Scene, pool: Pool) -> list[Worker]:
    known = {event.name for event in scene.snapshot.worker_events if event.pool_id == pool.id}
    since = scene.now - seconds(EVENTS_KEPT_SECONDS)
    live = scene.live_workers(pool)
    unheard = (each for each in live if each.name not in known and each.created is not None and each.created > since)
    return sorted(unheard, key=lambda each: each.name)


def _unheard_runs(scene: Scene, pool: Pool, worker: Worker) -> list[Run]:
    """The runs that this worker started so long ago that their process should have been heard."""
    patience = seconds(scene.policy.heartbeat_silent_after_seconds)
    return [
        run
        for run in scene.active_by_pool.get(pool.id, ())
        if run.is_running and run.worker_name == worker.name and OWN_TAG not in run.tags
        if run.id not in scene.snapshot.heartbeats and run.state_since and scene.now - run.state_since > patience
    ]


def _finding(scene: Scene, pool: Pool, workers: Sequence[Worker], silent: Sequence[Run]) -> Finding:
    first = min(silent, key=lambda run: (run.state_since or scene.now, run.id))
    whose = f"worker '{workers[0].name}'" if len(workers) == 1 else f"{len(workers)} workers"
    ran = "its run" if len(silent) == 1 else f"their {runs(len(silent))}"
    return Finding(
        code="events-websocket-blocked",
        severity=Severity.WARNING,
        resource=of_pool(pool),
        title=f"No event of {whose} of pool '{pool.name}' arrives, nor of {ran} ('{first.name}' runs for "
        f"{held_for(scene, first.state_since)}), while the server stores those of others: as where a proxy refuses websockets",
        evidence={
            "workers": len(workers),
            "first_worker": workers[0].name,
            "first_worker_since": workers[0].created,
            "runs_without_events": len(silent),
            "oldest_run": first.name,
            "running_since": first.state_since,
        },
        remedy=(
            "Let the proxy before the server pass websockets to /api/events/in (the headers Upgrade and Connection)",
            "The worker's own output tells: Unable to connect to 'ws…/api/events/in'",
            "Until then nobody can see whether these runs are alive: zombie-running cannot be found there",
        ),
    )
