"""What the live workers of a pool said of themselves when they started."""

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Pool
from lifeguard.happenings import WorkerEvent


def live_starts(scene: Scene, pool: Pool) -> list[WorkerEvent]:
    """The newest start of each live worker, where one is known, oldest first; nothing of those that stopped since."""
    alive = {worker.name for worker in scene.live_workers(pool)}
    newest = {event.name: event for event in scene.snapshot.worker_events if event.pool_id == pool.id}
    known = (event for name, event in newest.items() if name in alive and event.is_start)
    return sorted(known, key=lambda event: (event.at, event.name))


def named(workers: list[WorkerEvent], pool: Pool) -> str:
    """The workers for the beginning of a sentence, with its verb."""
    if len(workers) == 1:
        return f"Worker '{workers[0].name}' of pool '{pool.name}' is"
    return f"{len(workers)} workers of pool '{pool.name}' are"
