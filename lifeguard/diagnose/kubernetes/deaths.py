"""k8s-oom-evicted-crashloop: the container of a run died, or its pod was taken away, before or after the run began.

An eviction is only what Kubernetes calls so: `status.reason`. The state before (`lastState`) tells why a container loops.
"""

from datetime import datetime

from lifeguard.cluster import Condition
from lifeguard.diagnose.kubernetes.endings import NOT_STARTED, OUT_OF_MEMORY, Ending, ending
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import describe_pod, mend_template, tell
from lifeguard.escaping import command
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-oom-evicted-crashloop"
EVICTED = "Evicted"
NOTICED_WITHIN_SECONDS = 60
"""Prefect marks a run as Crashed within about 30 s of its pod's end; one that has just ended by itself still looks RUNNING."""


def died(sight: Sight) -> PodTrouble | None:
    """Find a pod that was taken away, or else a container that died."""
    if sight.pod is None or _ended_since_the_look(sight):
        return None
    return _taken_away(sight) or _container(sight)


def _ended_since_the_look(sight: Sight) -> bool:
    """Whether a run that is not known to have ended may just have done so by itself."""
    since = _since(sight)
    if sight.run.is_running:
        return not (sight.pod and sight.pod.phase == "Failed" and sight.is_older(since, NOTICED_WITHIN_SECONDS))
    return sight.run.is_pending and since is not None and since > sight.scene.now


def _since(sight: Sight) -> datetime | None:
    ready = sight.condition("Ready")
    return ready.since if ready and ready.status == "False" else None


def _taken_away(sight: Sight) -> PodTrouble | None:
    pod, removed = sight.pod, _removed(sight)
    if pod is None or pod.phase != "Failed" or not (pod.reason or removed):
        return None
    reason = pod.reason or (removed.reason if removed else "")
    says = "the node evicted the pod" if reason == EVICTED else f"Kubernetes took the pod away ({reason})"
    words = pod.message or (removed.message if removed else "") or reason
    ask = mend_template(sight, "Let the pod ask for what it uses, so that it is not the first to go")
    remedy = (describe_pod(sight), *(ask if reason == EVICTED else ()))
    return tell(sight, CODE, says, words, _since(sight) or sight.run.state_since, {"reason": reason}, remedy)


def _removed(sight: Sight) -> Condition | None:
    """Since 1.26 a condition says who removed a pod: a preemption, a drain, its node, the collector of lost pods."""
    target = sight.condition("DisruptionTarget")
    return target if target and target.status == "True" else None


def _container(sight: Sight) -> PodTrouble | None:
    has_failed = sight.pod is not None and sight.pod.phase == "Failed"
    found = [
        each for container in (sight.pod.containers if sight.pod else ()) if (each := ending(container, has_failed))
    ]
    ordered = sorted(found, key=lambda each: (each.reason != OUT_OF_MEMORY, not each.container.is_init))
    ends = [each for each in ordered if not (each.is_of_the_program and sight.run.run_count)]
    return _told(sight, ends[0]) if ends else None


def _told(sight: Sight, end: Ending) -> PodTrouble:
    container = end.container
    evidence: Evidence = {
        "container": container.name,
        "reason": end.reason,
        "exit_code": end.exit_code,
        "restarts": container.restarts,
        "memory_limit": container.limits.get("memory"),
        "last_finished": container.last_finished if end.is_looping else None,
    }
    told = {key: value for key, value in evidence.items() if value is not None}
    return tell(
        sight,
        CODE,
        end.says,
        end.message or end.reason,
        _since(sight) or sight.run.state_since,
        told,
        _remedy(sight, end),
    )


def _remedy(sight: Sight, end: Ending) -> tuple[str, ...]:
    words = "kubectl logs --previous" if end.is_looping else "kubectl logs"
    pod_name = sight.pod.name if sight.pod else ""
    logs = command(words, pod_name, namespace=sight.namespace, container=end.container.name)
    look = (describe_pod(sight),) if end.reason in NOT_STARTED else (describe_pod(sight), logs)
    if end.reason == OUT_OF_MEMORY:
        return (*look, *mend_template(sight, "Give it more memory"))
    return (*look, *mend_template(sight, "Mend its command, image or environment, by what the log and the events say"))
