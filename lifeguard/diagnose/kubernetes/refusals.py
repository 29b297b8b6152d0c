"""k8s-rbac-or-quota: a Job without a pod, since Kubernetes refuses to make one. Prefect says nothing of it (prefect#5133).

The Job's controller tries again after 10, 20, 40 … seconds, at most 6 minutes (kubernetes#88718); each try leaves an event.
"""

from lifeguard.cluster import Quota
from lifeguard.diagnose.kubernetes.denials import Denial, denial, fits, words_of
from lifeguard.diagnose.kubernetes.quantities import amount
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import describe_job, key, mend_template, show, tell
from lifeguard.escaping import command
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-rbac-or-quota"
REFUSED, MADE = "FailedCreate", "SuccessfulCreate"
RESUMED = '{"spec":{"suspend":false}}'
TRIES_AGAIN = (
    "Once there is nothing in the way, Kubernetes makes the pod by itself within 6 minutes, or at once for a new run"
)
OF_PODS = ("pods", "count/pods", "cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory")


def refused(sight: Sight) -> PodTrouble | None:
    """Find a Job whose pod was refused when Kubernetes last tried to make it."""
    tries = [each for each in sight.job_events if each.reason == REFUSED]
    last = next((each for each in reversed(sight.job_events) if each.reason in (REFUSED, MADE)), None)
    if not tries or last is None or last.reason == MADE:
        return None
    words = words_of(last.message)
    what = denial(words)
    has_room = _has_room(sight, what)
    says = what.says + ("; it has room again, so Kubernetes makes it within 6 minutes" if has_room else "")
    evidence = {"tries": sum(each.count for each in tries), "last_try": last.last_seen, **_evidence(sight, what)}
    since = sight.job.created if sight.job else sight.run.state_since
    return tell(sight, CODE, says, words, since, evidence, _remedy(sight, what))


def suspended(sight: Sight) -> PodTrouble | None:
    """Find a Job that somebody, or something like Kueue, holds back: it makes no pod until it is resumed."""
    if sight.job is None or not sight.job.is_suspended:
        return None
    says = "the Job is suspended: Kubernetes makes no pod until it is resumed"
    resume = command("kubectl patch job", sight.job.name, namespace=sight.namespace, patch=RESUMED)
    step = f"Where nothing such as Kueue queues the Jobs there, resume it: {resume}"
    return tell(sight, CODE, says, _words_of_suspension(sight), sight.job.created, {}, (describe_job(sight), step))


def _words_of_suspension(sight: Sight) -> str:
    told = next((each for each in reversed(sight.job_events) if each.reason == "Suspended"), None)
    said = next((each for each in (sight.job.conditions if sight.job else ()) if each.type == "Suspended"), None)
    return (told.message if told else "") or (said.message if said else "") or "suspend: true"


def quota_is_full(sight: Sight) -> PodTrouble | None:
    """Of a Job without a pod whose events tell nothing, or are gone: a quota there that lets no pod through."""
    full = [(quota, name) for quota in _quotas(sight) for name in OF_PODS if _is_full(quota, name)]
    if sight.job is None or not full:
        return None
    quota, name = full[0]
    words = f"{name}: {quota.used.get(name)} of {quota.hard.get(name)}"
    says = f"no pod is made, and quota '{quota.name}' is full ({words})"
    evidence = {
        "quota": quota.name,
        f"used_{key(name)}": quota.used.get(name),
        f"limited_{key(name)}": quota.hard.get(name),
    }
    remedy = _remedy(sight, Denial("", "resourcequota", quota.name))
    return tell(sight, CODE, says, words, sight.job.created, evidence, remedy)


def _quotas(sight: Sight) -> list[Quota]:
    return [quota for quota in sight.cluster.quotas if quota.namespace == sight.namespace]


def _is_full(quota: Quota, name: str) -> bool:
    hard, used = amount(quota.hard.get(name)), amount(quota.used.get(name))
    return hard is not None and used is not None and used >= hard


def _quota_now(sight: Sight, what: Denial) -> Quota | None:
    is_quota = what.kind == "resourcequota"
    return next((each for each in _quotas(sight) if is_quota and each.name == what.name), None)


def _has_room(sight: Sight, what: Denial) -> bool:
    quota = _quota_now(sight, what)
    return bool(quota and what.asked and fits(what.asked, quota.used, quota.hard))


def _evidence(sight: Sight, what: Denial) -> Evidence:
    quota = _quota_now(sight, what)
    limits = [each.name for each in sight.cluster.limit_ranges if each.namespace == sight.namespace]
    return {
        **({what.kind: what.name} if what.name else {}),
        **{f"asks_{key(name)}": value for name, value in (what.asked or {}).items()},
        **{f"used_{key(name)}": value for name, value in (quota.used if quota else what.used or {}).items()},
        **{f"limited_{key(name)}": value for name, value in (quota.hard if quota else what.limited or {}).items()},
        **({"limit_ranges": ", ".join(limits)} if what.kind == "limitrange" and limits else {}),
    }


def _remedy(sight: Sight, what: Denial) -> tuple[str, ...]:
    look = [describe_job(sight)]
    if what.kind == "resourcequota":
        look.append(command("kubectl describe resourcequota", what.name, namespace=sight.namespace))
    elif what.kind == "limitrange":
        look.append(command("kubectl describe limitrange", namespace=sight.namespace))
    elif what.name:
        place = sight.namespace if what.kind == "serviceaccount" else None
        look.append(show(what.kind, what.name, place))
    asks = "Or name an account that is there" if what.kind == "serviceaccount" else "Or mend what the pod asks for"
    return (*look, TRIES_AGAIN, *mend_template(sight, asks))
