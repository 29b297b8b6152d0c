"""What Kubernetes says of a run whose worker has handed it on: why its pod does not begin, or what it died of."""

from lifeguard.diagnose.k8s_no_pod import remedy_of, runs_without_pod
from lifeguard.diagnose.pod_troubles import troubles
from lifeguard.diagnose.words import at, held_for
from lifeguard.escaping import command
from lifeguard.facts import Run
from lifeguard.pod_trouble import BY_PREFECT, BY_THE_CLUSTER, PodTrouble
from lifeguard.pods import KUBERNETES
from lifeguard.snapshot import PODS_EVENTS
from lifeguard.why.points import Point, Question, clear, holds, unseen

WHO_SAYS = {BY_PREFECT: "Prefect was told", BY_THE_CLUSTER: "the cluster says"}
NEVER_TOLD = "of a secret, config map or volume that is missing it never is"


def pod(question: Question) -> Point | None:
    """Of a pending run in a pool of Kubernetes: whether its pod is held back, as far as anybody was told."""
    run, scene = question.run, question.scene
    trouble = troubles(scene).get(run.id)
    if trouble:
        return _trouble(run, trouble)
    if question.pool is None or question.pool.type != KUBERNETES or run.infrastructure_id is None:
        return None
    if run.id in {each.id for each in runs_without_pod(scene)}:
        return _no_pod(question)
    if not scene.sees(PODS_EVENTS):
        return unseen("k8s-no-pod", "what Prefect was told of its pod could not be read")
    return clear(
        "k8s-no-pod",
        f"its Job is '{run.infrastructure_id}', and Prefect was told of no trouble of its pod: {NEVER_TOLD}",
    )


def died(question: Question) -> Point | None:
    """Of a run that crashed, or runs: what its pod died of, whether its node is lost, or why Kubernetes refused it."""
    trouble = troubles(question.scene).get(question.run.id)
    return _trouble(question.run, trouble) if trouble else None


def _trouble(run: Run, trouble: PodTrouble) -> Point:
    since = f", since {at(trouble.since)}" if trouble.since and not trouble.is_over else ""
    is_said = not trouble.words or trouble.words.rstrip(".") in trouble.says
    words = "" if is_said else f"; {WHO_SAYS[trouble.seen_by]}: {trouble.words}"
    act = "retry" if trouble.is_over else "cancel"
    then = "Once it is mended" if trouble.is_over else "If it is to wait no longer"
    steps = (*trouble.remedy, f"{then}: {command(f'prefect flow-run {act}', run.id)}")
    return holds(trouble.code, f"{trouble.says}{since}{words}", *steps)


def _no_pod(question: Question) -> Point:
    run = question.run
    waited = held_for(question.scene, run.state_since)
    said = f"its Job '{run.infrastructure_id}' exists for {waited}, and Prefect was told of no pod of it"
    return holds("k8s-no-pod", said, *remedy_of(run))
