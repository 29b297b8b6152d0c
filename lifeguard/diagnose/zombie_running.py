"""zombie-running: a run shows RUNNING, and its process is gone (PrefectHQ/prefect#16746). It holds its slots for ever.

Heartbeats tell: a process sends one every 180 s by default. A worker that is gone proves nothing by itself, since its
children go on; a process that starves its own heartbeats proves nothing for a while (#20887). So a run whose worker is
alive, or unknown, is only a note until it has been silent for twice as long.
"""

from collections.abc import Sequence

from lifeguard.diagnose.dead_holders import blocked_by, fills_a_limit
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, called, due_evidence, held_for, ids, in_pool, of_owner, runs, wait
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Heartbeats, Run
from lifeguard.findings import Finding, Resource, Severity

RUNS_NAMED = 5


def zombie_running(scene: Scene) -> list[Finding]:
    """Find running runs whose heartbeats stopped, by pool, or by deployment where there is none; never one without any."""
    by_owner = grouped(silent_runs(scene), lambda run: of_owner(scene, run))
    return [_finding(scene, owner, silent) for owner, silent in by_owner.items() if owner]


def silent_runs(scene: Scene) -> tuple[Run, ...]:
    """The running runs that were heard and are no longer, longest silent first."""
    running = (run for run in scene.snapshot.active if run.is_running and OWN_TAG not in run.tags)
    silent = (run for run in running if scene.is_silent(run))
    return tuple(sorted(silent, key=lambda run: (_beats(scene, run).last, run.id)))


def is_surely_gone(scene: Scene, run: Run) -> bool:
    """Whether its worker is gone too, or it has been silent for so long that a busy process does not explain it."""
    beats = _beats(scene, run)
    silence = (scene.now - beats.last).total_seconds()
    return scene.is_alive(run) is False or silence > 2 * scene.heartbeat_patience(beats)


def _beats(scene: Scene, run: Run) -> Heartbeats:
    return scene.snapshot.heartbeats[run.id]


def _finding(scene: Scene, owner: Resource, silent: Sequence[Run]) -> Finding:
    first, gone = silent[0], [run for run in silent if is_surely_gone(scene, run)]
    pool = scene.pools_by_id.get(owner.id)
    blocked = blocked_by(scene, pool, silent) if pool else ()
    is_full = bool(pool and fills_a_limit(scene, pool, silent))
    last = _beats(scene, first).last
    shows = "shows RUNNING and sends no heartbeat" if len(silent) == 1 else "show RUNNING and send no heartbeats"
    return Finding(
        code="zombie-running",
        severity=_severity(bool(gone), bool(blocked) or is_full),
        resource=owner,
        title=f"{runs(len(silent))} of {called(owner)} {shows} any more ('{first.name}', last heard at {at(last)})"
        + (f"; behind that {wait(blocked)}" if blocked else ""),
        evidence={
            **in_pool(first.pool_name),
            "silent_runs": len(silent),
            "silent_run": first.name,
            "silent_run_id": first.id,
            "running_since": first.state_since,
            "last_heartbeat": last,
            "silent_for": held_for(scene, last),
            "worker": first.worker_name or "none recorded",
            "worker_is_alive": scene.is_alive(first),
            **due_evidence(blocked),
        },
        remedy=(
            "A process that only cannot send its events looks the same: look for it where its worker runs",
            *(command("prefect flow-run cancel", run.id) for run in silent[:RUNS_NAMED]),
            f"The server ends a run that stays Cancelling after 5 min; then run it again: "
            f"{command('prefect flow-run retry', first.id)}",
        ),
        run_ids=(*ids(silent), *ids(blocked)),
        is_confirmed=bool(gone),
    )


def _severity(is_sure: bool, is_harmful: bool) -> Severity:
    if is_sure and is_harmful:
        return Severity.CRITICAL
    return Severity.WARNING if is_sure or is_harmful else Severity.INFO
