"""Records of workers that have been gone for days, which Prefect never removes by itself (PrefectHQ/prefect#22987)."""

from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, of_pool
from lifeguard.escaping import command
from lifeguard.facts import Pool, Worker
from lifeguard.findings import Finding, Severity
from lifeguard.fixable import is_addressable
from lifeguard.remedies.plan import Plan, of_proposal, shown_at_most
from lifeguard.remedies.proposal import Proposal
from lifeguard.remedies.steps import DeleteWorker

CODE = "old-workers"
"""No code of the catalogue: such records are no trouble, they only pile up."""

NO_PATH = "the record of worker '{name}': Prefect's API has no path for such a name"


def old_workers(scene: Scene, pool: Pool, older_than: str, before: datetime, at_most: int) -> Plan:
    """The plan to delete those that were last heard before a time, oldest first; `older_than` is how it was asked for."""
    old = sorted(_old(scene, pool, before), key=lambda found: (found[1], found[0].name))
    steps = tuple(DeleteWorker(pool, worker, heard) for worker, heard in old if _has_path(pool, worker))
    untouched = tuple(NO_PATH.format(name=worker.name) for worker, _ in old if not _has_path(pool, worker))
    shown = command("lifeguard fix", old_workers=pool.name, older_than=older_than, at_most=shown_at_most(at_most))
    return of_proposal(_finding(pool, len(old), before), Proposal(steps, untouched), shown, at_most)


def _old(scene: Scene, pool: Pool, before: datetime) -> list[tuple[Worker, datetime]]:
    """Only what is offline by the age of its heartbeat, whatever its status says."""
    known = ((worker, worker.last_heartbeat) for worker in scene.workers(pool) or ())
    return [(worker, heard) for worker, heard in known if heard and heard < before and not scene.is_fresh(worker)]


def _has_path(pool: Pool, worker: Worker) -> bool:
    return is_addressable(pool.name) and is_addressable(worker.name)


def _finding(pool: Pool, number: int, before: datetime) -> Finding:
    were = "1 worker was" if number == 1 else f"{number or 'no'} workers were"
    title = f"Of work pool '{pool.name}', {were} last heard before {at(before)}"
    return Finding(CODE, Severity.INFO, of_pool(pool), title, {"old_workers": number, "heard_before": before})
