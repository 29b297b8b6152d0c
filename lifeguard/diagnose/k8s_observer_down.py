"""k8s-observer-down: workers make Jobs in Kubernetes and say nothing of their pods (PrefectHQ/prefect#22553).

Without its observer nobody marks a run as crashed whose pod is gone, so that it shows RUNNING for ever. A run that runs has a
pod for certain, so not one word of several of them, some minutes after they were submitted, means that nobody observes.
"""

from collections.abc import Mapping, Sequence

from lifeguard.diagnose.events_websocket_blocked import events_websocket_blocked
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import at, ids, is_older, of_pool, runs
from lifeguard.facts import INFRASTRUCTURE_PENDING, OWN_TAG, Pool, Run
from lifeguard.findings import Finding, Severity
from lifeguard.pods import KUBERNETES, SUBMITTED_AT_LEAST
from lifeguard.snapshot import PODS_EVENTS

CODE = "k8s-observer-down"


def k8s_observer_down(scene: Scene) -> list[Finding]:
    """Find Kubernetes pools with live workers, of whose submitted runs not one pod was heard of."""
    return [_finding(scene, scene.pools_by_id[id], silent) for id, silent in blind_pools(scene).items()]


def observer_down_of(scene: Scene, pool_id: str | None) -> str:
    """The fingerprint of the finding about this pool."""
    return f"{CODE}:work-pool:{pool_id}"


def blind_pools(scene: Scene) -> Mapping[str, tuple[Run, ...]]:
    """By the pool's id, the runs of which nothing was heard, the longest first."""
    return scene.once(_blind_pools)


def _blind_pools(scene: Scene) -> Mapping[str, tuple[Run, ...]]:
    stored = scene.snapshot.services.events
    if not scene.sees(PODS_EVENTS) or (stored is not None and not stored.number):
        return {}
    pools = (pool for pool in scene.snapshot.pools if pool.type == KUBERNETES and scene.live_workers(pool))
    return {pool.id: silent for pool in pools if (silent := _silent(scene, pool))}


def _silent(scene: Scene, pool: Pool) -> tuple[Run, ...]:
    """The submitted runs that were asked about; none where a single word of a pod of this pool is known."""
    active = scene.active_by_pool.get(pool.id, ())
    heard = {event.run_id for event in scene.snapshot.pod_events} | {
        each.run_id for each in scene.snapshot.observer_lines
    }
    if any(run.state_name == INFRASTRUCTURE_PENDING or run.id in heard for run in active):
        return ()
    patience = scene.policy.for_pool(pool.name).pending_stuck_after_seconds
    submitted = [run for run in active if run.infrastructure_id and is_older(scene, run.state_since, patience)]
    silent = tuple(run for run in submitted if run.id in scene.snapshot.pods_asked and OWN_TAG not in run.tags)
    return silent if len(silent) >= SUBMITTED_AT_LEAST and any(run.is_running for run in silent) else ()


def _finding(scene: Scene, pool: Pool, silent: Sequence[Run]) -> Finding:
    first, running = silent[0], sum(run.is_running for run in silent)
    return Finding(
        code=CODE,
        severity=Severity.WARNING,
        resource=of_pool(pool),
        title=f"Workers of pool '{pool.name}' tell nothing of pods: not a word of those of {runs(len(silent))}, the oldest "
        f"'{first.name}' since {at(first.state_since)}, so nobody sees a pod wait or crash",
        evidence={
            "runs_without_word": len(silent),
            "of_them_running": running,
            "oldest_run": first.name,
            "oldest_since": first.state_since,
            "job": first.infrastructure_id,
            "workers_online": len(scene.live_workers(pool)),
        },
        remedy=(
            "See in the worker's own output whether its observer may list and watch pods and Jobs: it needs that in every "
            "namespace it observes",
            "Where it may look into some namespaces only, name them where the worker runs: "
            "PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_NAMESPACES",
            "Then restart the worker: its observer is a thread that does not come back by itself",
            "If it is off on purpose (PREFECT_INTEGRATIONS_KUBERNETES_OBSERVER_ENABLED=false), keep it on in one worker of "
            "the cluster, or leave the pool out of Lifeguard's view: ignore_pools",
        ),
        run_ids=ids([run for run in silent if run.is_pending]),
        caused_by=_blocked_websocket(scene, pool),
    )


def _blocked_websocket(scene: Scene, pool: Pool) -> str | None:
    """Where no event of a pool's workers arrives at all, those of pods do not either."""
    found = (each for each in events_websocket_blocked(scene) if each.resource.id == pool.id)
    return next((each.fingerprint for each in found), None)
