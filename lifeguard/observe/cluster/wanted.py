"""What is to be read of a cluster: for which pools, in which namespaces, about which runs. Pure; no call is made here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lifeguard.cluster import Pod, Unseen
from lifeguard.escaping import visible
from lifeguard.facts import Pool, Run, seconds
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.access_settings import BLOCK_TYPE_SLUG, NAMESPACE
from lifeguard.snapshot import Snapshot

UNSUBMITTED_AFTER_SECONDS = 60.0
"""A run without a Job is one that its worker has just claimed, or whose worker died before it could say which Job it made."""

RunIds = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one cluster. Runs are by the namespace of their Jobs, those that wait longest first.

    `suspects` wait for a pod or crashed lately; `running` began, and nothing is known to be wrong with them. `jobs` are those
    of the suspects, as `(namespace, name)`, whether they can be read or not.
    """

    pools: tuple[str, ...]
    taken_at: datetime
    namespaces: tuple[str, ...] = ()
    worker_namespaces: tuple[str, ...] = ()
    suspects: RunIds = field(default_factory=dict[str, tuple[str, ...]])
    running: RunIds = field(default_factory=dict[str, tuple[str, ...]])
    jobs: frozenset[tuple[str, str]] = frozenset()
    elsewhere: tuple[Unseen, ...] = ()

    def is_of_known_job(self, pod: Pod) -> bool:
        """Whether a pod is of the Job that its run has now; one that is tried again leaves the pods of its Jobs before."""
        return pod.job_name is None or (pod.namespace, pod.job_name) in self.jobs


def wanted_of(access: Access, snapshot: Snapshot, only: Run | None = None) -> Wanted | None:
    """What a patrol asks through an access, or what is asked about one run; None where no pool is its own."""
    pools = [pool for pool in snapshot.pools if access.is_for(pool) and (only is None or pool.name == only.pool_name)]
    if not pools:
        return None
    suspects = _of_pools(_suspects(snapshot) if only is None else _itself(only), pools)
    running = _of_pools(
        [run for run in snapshot.active if run.is_running and (only is None or run.id == only.id)], pools
    )
    named = sorted({place for run in (*suspects, *running) if (place := namespace_of(run))})
    namespaces = access.namespaces or tuple(named)
    workers = access.worker_namespaces or namespaces
    return Wanted(
        pools=tuple(pool.name for pool in pools),
        taken_at=snapshot.taken_at,
        namespaces=namespaces,
        worker_namespaces=workers,
        suspects=_by_namespace(suspects, namespaces),
        running=_by_namespace([run for run in running if namespace_of(run)], namespaces),
        jobs=frozenset(job for run in suspects if (job := job_of(run))),
        elsewhere=_elsewhere(access, [place for place in named if place not in namespaces], workers),
    )


def namespace_of(run: Run) -> str | None:
    """The namespace of a run's Job; None where none was made, as far as is known."""
    job = job_of(run)
    return job[0] if job else None


def job_of(run: Run) -> tuple[str, str] | None:
    """The namespace and the name of a run's Job, which Prefect keeps as `namespace:job`."""
    return run.job if run.job and NAMESPACE.fullmatch(run.job[0]) else None


def _suspects(snapshot: Snapshot) -> list[Run]:
    """Pending runs, those that have been so for longest first, then runs that crashed lately, the last one first."""
    until = snapshot.taken_at - seconds(UNSUBMITTED_AFTER_SECONDS)
    pending = [run for run in snapshot.active if run.is_pending and (namespace_of(run) or _since(run, until) < until)]
    crashed = [run for run in (*snapshot.ended, *snapshot.interrupted) if namespace_of(run)]
    return [
        *sorted(pending, key=lambda run: _since(run, until)),
        *sorted(crashed, key=lambda run: run.ended or until, reverse=True),
    ]


def _itself(run: Run) -> list[Run]:
    """One run in question, if it may have come as far as a cluster."""
    return [run] if run.is_pending or namespace_of(run) else []


def _since(run: Run, otherwise: datetime) -> datetime:
    return run.state_since or otherwise


def _of_pools(runs: Iterable[Run], pools: Iterable[Pool]) -> list[Run]:
    names = {pool.name for pool in pools}
    return [run for run in runs if run.pool_name in names]


def _by_namespace(runs: Iterable[Run], namespaces: tuple[str, ...]) -> RunIds:
    """The runs by namespace; one of which no Job is known may have one in any of them."""
    found: dict[str, dict[str, None]] = {}
    for run in runs:
        own = namespace_of(run)
        for place in (own,) if own else namespaces:
            if place in namespaces:
                found.setdefault(place, {})[run.id] = None
    return {place: tuple(ids) for place, ids in found.items()}


def _elsewhere(access: Access, left_out: Iterable[str], workers: tuple[str, ...]) -> tuple[Unseen, ...]:
    """What the access keeps us from seeing."""
    block = f"{BLOCK_TYPE_SLUG}/{access.name}"
    unseen = [
        Unseen(
            kind,
            place,
            f"{visible(place)} is not among the namespaces of the block {block}: add it, runs have Jobs there",
        )
        for place in left_out
        for kind in ("pods", "jobs", "events")
    ]
    if not workers:
        unseen.append(
            Unseen("deployments", None, f"no run says where its Job is: give worker_namespaces in the block {block}")
        )
    return tuple(unseen)
