"""From troubles of single runs to findings: one for a deployment and a code, or for a run where it has no deployment.

Runs that wait are the matter; those that crashed of the same stand beside them. How long a trouble may last before it is
loud is said by each code: an autoscaler takes 1 to 5 minutes, and a missing secret never comes by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.diagnose.dead_holders import blocked_by
from lifeguard.diagnose.pod_troubles import troubles, waiting_troubles
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, due_evidence, ids, in_pool, is_older, of_deployment, runs, wait
from lifeguard.escaping import command
from lifeguard.facts import Run
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.pod_trouble import BY_THE_CLUSTER, PodTrouble

RUNS_NAMED = 3
DEPLOYMENTS = "deployments"


@dataclass(frozen=True, slots=True)
class Kind:
    """One code: what to do beside looking, and the fields of the policy that say how long it may last.

    It is information until `calm`, a warning at once without one, and critical beyond `urgent`.
    """

    code: str
    advice: tuple[str, ...]
    calm: str | None = None
    urgent: str = "pending_stuck_after_seconds"


@dataclass(frozen=True, slots=True)
class Group:
    """The runs of one deployment that have one trouble, the longest first: those that wait, and those that crashed of it."""

    waiting: tuple[Run, ...]
    crashed: tuple[Run, ...]

    @property
    def all(self) -> tuple[Run, ...]:
        """Both, those that wait first."""
        return (*self.waiting, *self.crashed)


def in_trouble(scene: Scene, kind: Kind) -> list[Finding]:
    """The findings of one code."""
    of_code = [scene.runs_by_id[each.run_id] for each in troubles(scene).values() if each.code == kind.code]
    ordered = sorted(of_code, key=lambda run: (run.ended or run.state_since or scene.now, run.id))
    by_resource = grouped(ordered, lambda run: resource_of(scene, run))
    return [_finding(scene, kind, owner, _group(scene, found)) for owner, found in by_resource.items() if owner]


def resource_of(scene: Scene, run: Run) -> Resource | None:
    """Its deployment, or itself where it has none any more; None where deployments could not be read."""
    deployment = scene.snapshot.deployments.get(run.deployment_id or "")
    if deployment:
        return of_deployment(deployment)
    return Resource("flow-run", run.id, run.name) if scene.sees(DEPLOYMENTS) else None


def blocked_in(scene: Scene, pool_id: str | None, waiting: Sequence[Run]) -> tuple[Run, ...]:
    """The due runs behind slots that only runs hold whose pods do not start."""
    pool = scene.pools_by_id.get(pool_id or "")
    if pool is None or not waiting:
        return ()
    stuck = [scene.runs_by_id[id] for id in waiting_troubles(scene)]
    return blocked_by(scene, pool, [*stuck, *waiting])


def _group(scene: Scene, found: Sequence[Run]) -> Group:
    waiting = waiting_troubles(scene)
    return Group(tuple(run for run in found if run.id in waiting), tuple(run for run in found if run.id not in waiting))


def _finding(scene: Scene, kind: Kind, resource: Resource, group: Group) -> Finding:
    first, blocked = group.all[0], blocked_in(scene, group.all[0].pool_id, group.waiting)
    shown = _shown(scene, group)
    return Finding(
        code=kind.code,
        severity=max(_of_waiting(scene, kind, group), _of_crashed(scene, group), key=lambda each: each.rank),
        resource=resource,
        title=_title(scene, resource, group, shown) + (f"; behind that {wait(blocked)}" if blocked else ""),
        evidence={
            **in_pool(first.pool_name),
            "waiting_runs": len(group.waiting),
            "crashed_runs": len(group.crashed),
            "first_run": first.name,
            "first_run_id": first.id,
            "kubernetes_says": shown.words or None,
            "told_by": shown.seen_by,
            "since": _since(scene, group),
            **shown.evidence,
            **(due_evidence(blocked) if blocked else {}),
        },
        remedy=(*shown.remedy, *_inspected(first), *_advice(kind, shown), *_runs_again(group)),
        run_ids=(*ids(group.all), *ids(blocked)),
    )


def _advice(kind: Kind, shown: PodTrouble) -> tuple[str, ...]:
    """What is done about such trouble in general; what the cluster shows says itself what to do about just this one."""
    return () if shown.seen_by == BY_THE_CLUSTER else kind.advice


def _shown(scene: Scene, group: Group) -> PodTrouble:
    """The trouble that stands for all: what the cluster shows, with words, of the run that has waited for longest."""
    of_runs = [troubles(scene)[run.id] for run in group.all]
    return min(of_runs, key=lambda each: (each.is_over, each.seen_by != BY_THE_CLUSTER, not each.words))


def _title(scene: Scene, resource: Resource, group: Group, shown: PodTrouble) -> str:
    if not group.waiting:
        ends = [run.ended for run in group.crashed]
        when = f"{', the last at' if len(ends) > 1 else ' at'} {at(ends[-1])}"
        return f"{_whose(resource, group.crashed)} crashed{when}: {shown.says}"
    hangs = "hang" if any(run.is_running for run in group.waiting) else "wait"
    waits = f"{hangs}s" if len(group.waiting) == 1 else hangs
    more = f" ({runs(len(group.crashed))} crashed of it)" if group.crashed else ""
    since = at(_since(scene, group))
    return f"{_whose(resource, group.waiting)} {waits} in the cluster since {since}{more}: {shown.says}"


def _whose(resource: Resource, whose: Sequence[Run]) -> str:
    of_deployment = f"{runs(len(whose))} of deployment '{resource.name}'"
    return of_deployment if resource.kind == "deployment" else f"Run '{resource.name}'"


def _since(scene: Scene, group: Group) -> datetime | None:
    """When the first of those that still wait, or of those that crashed, was seen so."""
    return min((since for run in group.waiting or group.crashed if (since := _began(scene, run))), default=None)


def _began(scene: Scene, run: Run) -> datetime | None:
    return troubles(scene)[run.id].since or run.state_since


def _of_waiting(scene: Scene, kind: Kind, group: Group) -> Severity:
    if not group.waiting:
        return Severity.INFO
    policy, since = scene.policy.for_pool(group.waiting[0].pool_name), _since(scene, group)
    if is_older(scene, since, getattr(policy, kind.urgent)):
        return Severity.CRITICAL
    is_calm = kind.calm is not None and not is_older(scene, since, getattr(policy, kind.calm))
    return Severity.INFO if is_calm else Severity.WARNING


def _of_crashed(scene: Scene, group: Group) -> Severity:
    """So many starts in a row that the deployment does not run at all are critical; a run that had begun is a warning."""
    never = [run for run in group.crashed if run.run_count == 0]
    if len(never) >= scene.policy.failed_in_a_row:
        return Severity.CRITICAL
    return Severity.WARNING if group.crashed else Severity.INFO


def _inspected(run: Run) -> tuple[str, ...]:
    if not run.pool_name:
        return ()
    return (f"See what its Jobs are made of: {command('prefect work-pool inspect', run.pool_name)}",)


def _runs_again(group: Group) -> tuple[str, ...]:
    """A crashed run does nothing by itself, and one that waits begins once it can."""
    crashed = (f"Once it is mended: {command('prefect flow-run retry', run.id)}" for run in group.crashed[-RUNS_NAMED:])
    given_up = (
        f"If it is to wait no longer: {command('prefect flow-run cancel', run.id)}"
        for run in group.waiting[:RUNS_NAMED]
    )
    return (*given_up, *crashed)
