"""version-mismatch: a worker of a newer Prefect sends what an older server refuses (HTTP 422, PrefectHQ/prefect#16828).

Versions that differ only in their last part agree. A worker that is older than its server is what Prefect supports.
"""

import re

from lifeguard.diagnose.live_starts import live_starts, named
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, ids, of_pool, runs
from lifeguard.facts import OWN_TAG, Pool, Run
from lifeguard.findings import Finding, Severity
from lifeguard.happenings import WorkerEvent

VERSION = re.compile(r"^(\d+)\.(\d+)")
REFUSED = re.compile(r"\b422\b")
"""Unprocessable: what a server answers to fields that it does not know."""


def version_mismatch(scene: Scene) -> list[Finding]:
    """Find pools with live workers that are newer than the server; critical where runs crashed for it."""
    server = _parts(scene.snapshot.server.version)
    if server is None:
        return []
    found: list[Finding] = []
    for pool in scene.snapshot.pools:
        newer = [event for event in live_starts(scene, pool) if (_parts(event.version) or server) > server]
        if newer and pool.needs_workers:
            found.append(_finding(scene, pool, newer, _refused(scene, pool)))
    return found


def _parts(version: str | None) -> tuple[int, int] | None:
    """The first two parts of a version; None of what does not look like one."""
    parsed = VERSION.match(version or "")
    return (int(parsed[1]), int(parsed[2])) if parsed else None


def _refused(scene: Scene, pool: Pool) -> list[Run]:
    own = (run for run in scene.snapshot.ended if run.pool_id == pool.id and OWN_TAG not in run.tags)
    return [run for run in own if run.state_type == "CRASHED" and REFUSED.search(run.state_message or "")]


def _finding(scene: Scene, pool: Pool, newer: list[WorkerEvent], refused: list[Run]) -> Finding:
    first, server = newer[0], scene.snapshot.server.version
    harm = f"; {runs(len(refused))} crashed, refused with HTTP 422" if refused else ""
    return Finding(
        code="version-mismatch",
        severity=Severity.CRITICAL if refused else Severity.WARNING,
        resource=of_pool(pool),
        title=f"{named(newer, pool)} of Prefect {first.version}, newer than the server's {server}{harm}",
        evidence={
            "workers": len(newer),
            "first_worker": first.name,
            "worker_version": first.version,
            "server_version": server,
            "started_at": at(first.at),
            "refused_runs": len(refused),
        },
        remedy=(
            f"Upgrade the server first, to {first.version} or newer: Prefect supports older workers, not newer ones",
            f"Until then start the workers with the server's version: pip install 'prefect=={server}'",
        ),
        run_ids=ids(refused),
    )
