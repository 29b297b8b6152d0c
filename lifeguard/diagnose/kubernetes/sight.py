"""What one cluster shows of one run: its Job, its newest pod and the events of both, joined by ids, never by names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from lifeguard.cluster import Cluster, ClusterEvent, Condition, Job, Node, Pod
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.told_troubles import crashed_runs
from lifeguard.facts import INFRASTRUCTURE_PENDING, OWN_TAG, Deployment, Run, seconds

EARLIER_BY_SECONDS = 30
"""A pod that is older than its run's claim by more than this is of an earlier attempt; the clocks are not the same one."""
ENDED_PHASES = frozenset({"Failed", "Succeeded"})
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Sight:
    """A run and what of it was seen; what was not seen is None, and `cluster.sees` tells whether it could be."""

    scene: Scene
    run: Run
    cluster: Cluster
    job: Job | None
    pod: Pod | None
    job_events: tuple[ClusterEvent, ...] = ()
    pod_events: tuple[ClusterEvent, ...] = ()

    @property
    def namespace(self) -> str:
        """Where the run's Job is, or was to be."""
        seen = self.pod or self.job
        return seen.namespace if seen else place_of(self.run)[0]

    @property
    def job_name(self) -> str:
        """The name of the run's Job, "" where that is not known."""
        return self.job.name if self.job else place_of(self.run)[1] or (self.pod.job_name if self.pod else "") or ""

    @property
    def deployment(self) -> Deployment | None:
        """The run's deployment, where it was seen."""
        return self.scene.snapshot.deployments.get(self.run.deployment_id or "")

    @cached_property
    def node(self) -> Node | None:
        """The node that the pod is on, where that is known."""
        name = self.pod.node_name if self.pod else None
        return next((node for node in self.cluster.nodes if node.name == name), None)

    def condition(self, type: str) -> Condition | None:
        """A condition of the pod."""
        return condition(self.pod.conditions, type) if self.pod else None

    def sees(self, kind: str) -> bool:
        """Whether this kind was read to its end in the run's namespace."""
        return self.cluster.sees(kind, self.namespace)

    def is_older(self, since: datetime | None, than_seconds: float) -> bool:
        """Whether something has lasted for longer; never of what has no time."""
        return since is not None and self.scene.now - since > seconds(than_seconds)


def condition(conditions: tuple[Condition, ...], type: str) -> Condition | None:
    """The condition of a type."""
    return next((each for each in conditions if each.type == type), None)


def place_of(run: Run) -> tuple[str, str]:
    """Namespace and name of the run's Job, as its worker noted them; both "" where it noted nothing of that form."""
    return run.job or ("", "")


def sights(scene: Scene, cluster: Cluster) -> Iterator[Sight]:
    """One for each run of the cluster's pools that is active, or crashed lately; runs of Lifeguard itself are left out."""
    found, pools = _Found(cluster), frozenset(cluster.pools)
    for run in judged_runs(scene):
        if run.pool_name in pools and (cluster.asked is None or run.id in cluster.asked):
            yield found.sight(scene, run)


def judged_runs(scene: Scene) -> Iterator[Run]:
    """The runs that a cluster is asked about, each once: the active ones, and those that crashed lately."""
    runs = (*crashed_runs(scene), *scene.snapshot.active)
    yield from {run.id: run for run in runs if OWN_TAG not in run.tags}.values()


class _Found:
    """The objects of a cluster by the keys that join them to runs, so that 2,000 runs do not search 5,000 pods each."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.jobs = {(job.namespace, job.name): job for job in cluster.jobs}
        self.jobs_of = grouped(sorted(cluster.jobs, key=_age), lambda job: job.run_id)
        self.pods_of = grouped(cluster.pods, lambda pod: pod.run_id)
        self.pods_of_job = grouped(cluster.pods, lambda pod: (pod.namespace, pod.job_name))
        self.events = grouped(sorted(cluster.events, key=_when), lambda each: (each.namespace, each.kind, each.name))

    def sight(self, scene: Scene, run: Run) -> Sight:
        job, pod = self._job(run), self._pod(run)
        of_job = (job.namespace, "Job", job.name) if job else (*place_of(run)[:1], "Job", place_of(run)[1])
        of_pod = (pod.namespace, "Pod", pod.name) if pod else ("", "Pod", "")
        return Sight(scene, run, self.cluster, job, pod, self.events.get(of_job, ()), self.events.get(of_pod, ()))

    def _job(self, run: Run) -> Job | None:
        """The Job that its worker noted; where none was noted, the newest that bears the run's id."""
        place = place_of(run)
        if place[1]:
            job = self.jobs.get(place)
            return None if job and _is_of_earlier_attempt(run, job.created, bool(_ended(job))) else job
        jobs = [
            job for job in self.jobs_of.get(run.id, ()) if not _is_of_earlier_attempt(run, job.created, _ended(job))
        ]
        return jobs[-1] if jobs else None

    def _pod(self, run: Run) -> Pod | None:
        """Its newest pod; not one of another Job than the noted one, which a run that is tried again leaves behind."""
        place = place_of(run)
        pods = (*self.pods_of.get(run.id, ()), *(self.pods_of_job.get(place, ()) if place[1] else ()))
        own = [pod for pod in pods if not place[1] or pod.job_name in (None, place[1])]
        now = [pod for pod in own if not _is_of_earlier_attempt(run, pod.created, pod.phase in ENDED_PHASES)]
        return max(now, key=_age) if now else None


def _is_of_earlier_attempt(run: Run, created: datetime | None, has_ended: bool) -> bool:
    """Whether something that has ended was there before the run was claimed; it is claimed before its Job is made."""
    is_claimed_only = run.is_pending and run.state_name != INFRASTRUCTURE_PENDING
    if not (is_claimed_only and has_ended and created and run.state_since):
        return False
    return run.state_since - created > seconds(EARLIER_BY_SECONDS)


def _ended(job: Job) -> bool:
    return any(each.type in ("Failed", "Complete") and each.status == "True" for each in job.conditions)


def _age(each: Job | Pod) -> tuple[datetime, str]:
    return (each.created or LONG_AGO, each.name)


def _when(event: ClusterEvent) -> tuple[datetime, str]:
    return (event.last_seen or LONG_AGO, event.message)
