"""events-websocket-blocked: workers and their runs do their work, and none of their events arrives (PrefectHQ/prefect#20775).

Clients send events through a websocket and lose them without an error where a proxy refuses it; everything else goes over
HTTP (seen on 3.8.8). An old client sends no heartbeats of runs, but says that its worker started: it is not accused.
"""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import held_for, of_pool, runs
from lifeguard.facts import Pool, Run, Worker
from lifeguard.findings import Finding, Severity
from lifeguard.snapshot import HEARTBEATS, WORKER_EVENTS
from lifeguard.unheard import should_be_heard, unheard_runs


def events_websocket_blocked(scene: Scene) -> list[Finding]:
    """Find live workers without any event, whose runs run for long without a heartbeat, while others' events are stored."""
    if not (_stores_events(scene) and scene.sees(WORKER_EVENTS) and scene.sees(HEARTBEATS)):
        return []
    unheard, found = unheard_runs(scene.snapshot, scene.policy), list[Finding]()
    for pool in scene.snapshot.pools:
        silent = [worker for worker in _to_be_heard(scene, pool) if (pool.id, worker.name) in unheard]
        if silent:
            found.append(_finding(scene, pool, silent, [run for each in silent for run in unheard[pool.id, each.name]]))
    return found


def _stores_events(scene: Scene) -> bool:
    """Whether the server keeps events at all, as far as any were read."""
    stored = scene.snapshot.services.events
    return stored.number > 0 if stored else bool(scene.snapshot.worker_events or scene.snapshot.heartbeats)


def _to_be_heard(scene: Scene, pool: Pool) -> list[Worker]:
    told = (each for each in scene.live_workers(pool) if should_be_heard(each, scene.snapshot))
    return sorted(told, key=lambda each: each.name)


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
