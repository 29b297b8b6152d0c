"""What is said of an access to a cluster, in the words that the terminal shows."""

from collections.abc import Iterator

from lifeguard.cluster import WorkerDeployment
from lifeguard.cluster_survey import KindSeen, Survey
from lifeguard.diagnose.k8s_rights_too_wide import Excess, excesses

SEEN, MISSING, OPTIONAL = "seen", "missing", "optional"


def headline(survey: Survey) -> str:
    """Which cluster this is, for whom, and with what."""
    names = ", ".join(f"'{pool}'" for pool in survey.pools)
    pools = f"work pool{'s' if len(survey.pools) > 1 else ''} {names}" if names else "no work pool"
    return f"Cluster access '{survey.name}' for {pools}, with {survey.credentials}"


def cells(seen: KindSeen) -> tuple[str, str, str, str]:
    """The row of a kind: whether it is seen, what, where, and how many or why not."""
    state = SEEN if seen.number is not None else OPTIONAL if seen.need.is_optional else MISSING
    return state, seen.need.resource, seen.namespace or "", _what(seen)


def _what(seen: KindSeen) -> str:
    if seen.number is None:
        return f"{seen.because}; not known without it: {seen.need.serves}"
    return str(seen.number) if seen.is_whole else f"{seen.number} or more"


def worker(deployment: WorkerDeployment) -> str:
    """A Deployment of workers, in a line."""
    restarts = sum(each.restarts for pod in deployment.pods for each in pod.containers)
    scaled = f", scaled by '{deployment.autoscaled_by}'" if deployment.autoscaled_by else ""
    probe = "with a liveness probe" if deployment.has_liveness_probe else "no liveness probe"
    return (
        f"{deployment.namespace}/{deployment.name} for pool '{deployment.pool_name}': {deployment.available} of "
        f"{_replicas(deployment.replicas)} available, {restarts} restarts, {probe}{scaled}"
    )


def _replicas(number: int) -> str:
    return "1 replica" if number == 1 else f"{number} replicas"


def rights(survey: Survey) -> Iterator[str]:
    """What the credentials may do beyond looking, a line each; or that they may do nothing else, or that nobody knows."""
    if survey.rights is None:
        yield "unknown: Kubernetes did not tell what these credentials may do"
        return
    found = excesses(survey.rights)
    if not found:
        yield "no more than what Lifeguard reads, and what everybody may do"
    for each in found:
        yield f"{'too wide' if each.is_harmful else 'not needed'}: {told(each)}"


def told(each: Excess) -> str:
    """Which verbs on what, and where."""
    return f"{', '.join(each.verbs)} on {each.resource} in {', '.join(each.namespaces)}"


def verdict(survey: Survey) -> str:
    """What to do next, in a sentence."""
    if survey.unreachable:
        return f"Nothing of this cluster can be read: {survey.unreachable}"
    missing = sum(each.is_missing for each in survey.kinds)
    harmful = [each for each in excesses(survey.rights or ()) if each.is_harmful]
    wide = "; it may do more than look: give it the service account of examples/kubernetes/rbac.yaml" if harmful else ""
    if not survey.kinds:
        return "Nothing was read"
    if missing:
        return f"{missing} of {len(survey.kinds)} cannot be read: see examples/kubernetes/rbac.yaml{wide}"
    return f"Everything that is needed can be read{wide}"
