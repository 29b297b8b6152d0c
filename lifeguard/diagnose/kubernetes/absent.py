"""k8s-no-pod: a run whose Job is gone, has ended, or has no pod for no reason that the cluster tells."""

from lifeguard.cluster import Condition
from lifeguard.diagnose.kubernetes.refusals import quota_is_full, refused, suspended
from lifeguard.diagnose.kubernetes.sight import Sight, condition, place_of
from lifeguard.diagnose.kubernetes.telling import describe_job, show, tell
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-no-pod"
RUN_AGAIN = "Nothing begins it any more: cancel it and run it again"
NORMAL_SECONDS = 60
"""A Job's pod is made within a second; the look at Prefect and that at the cluster are seconds apart."""


def podless(sight: Sight) -> PodTrouble | None:
    """Say why a claimed run has no pod; nothing where that could not be seen, or it is young."""
    if sight.pod or not sight.run.is_pending:
        return None
    if sight.job is None and sight.sees("jobs"):
        return _deleted(sight)
    return suspended(sight) or refused(sight) or _of_job(sight)


def _deleted(sight: Sight) -> PodTrouble | None:
    namespace, name = place_of(sight.run)
    if not name or namespace not in sight.cluster.namespaces or not _had_a_job(sight):
        return None
    says = f"the Job {namespace}/{name} is gone: it was deleted, and Prefect was not told"
    remedy = (show("job", name, namespace), RUN_AGAIN)
    return tell(sight, CODE, says, f'jobs.batch "{name}" not found', sight.run.state_since, {}, remedy)


def _had_a_job(sight: Sight) -> bool:
    """Whether the noted Job was of this attempt; one that is tried again keeps the last note until the next."""
    run = sight.run
    is_first = not run.run_count and run.started is None and run.state_name != "Pending"
    is_left_behind = any((job.namespace, job.name) == place_of(run) for job in sight.cluster.jobs)
    return is_first and not is_left_behind and sight.is_older(run.state_since, NORMAL_SECONDS)


def _of_job(sight: Sight) -> PodTrouble | None:
    job = sight.job
    if job is None or not sight.sees("pods") or not sight.is_older(job.created, NORMAL_SECONDS):
        return None
    ended = _ended(sight)
    if ended:
        says = f"the Job has ended ({ended.reason or ended.type}) without the run"
        remedy = (describe_job(sight), RUN_AGAIN)
        return tell(sight, CODE, says, ended.message or ended.reason or ended.type, ended.since, {}, remedy)
    if job.active:
        return None
    return quota_is_full(sight) or _unexplained(sight)


def _unexplained(sight: Sight) -> PodTrouble:
    why = (
        "its events tell no reason: Kubernetes keeps them for an hour"
        if sight.sees("events")
        else "its events could not be read"
    )
    says = f"the Job is there without a pod, and {why}"
    since = sight.job.created if sight.job else None
    return tell(sight, CODE, says, "", since, {}, (describe_job(sight),))


def _ended(sight: Sight) -> Condition | None:
    conditions = sight.job.conditions if sight.job else ()
    ends = (condition(conditions, type) for type in ("Failed", "Complete"))
    return next((each for each in ends if each and each.status == "True"), None)
