"""k8s-image-pull-backoff: the image of a container, or of an init container, cannot be had, and why.

Kubernetes alternates between `ErrImagePull` with the whole error and `ImagePullBackOff` without; the event `Failed` keeps it.
"""

from lifeguard.cluster import Container
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import describe_pod, mend_template, of_run, tell
from lifeguard.escaping import command, shortened
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-image-pull-backoff"
PULLS = frozenset({"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "SignatureValidationFailed"})
OTHERWISE = {
    "InvalidImageName": "is no name that an image can have",
    "ErrImageNeverPull": "is not on the node, and its pull policy is Never",
    "ImageInspectError": "is on the node and cannot be read",
}
FOR_REGISTRIES = "kubernetes.io/dockerconfigjson"
FAILED_TO_PULL = "Failed to pull image"
NAME_LENGTH = 120

REFUSED = "the registry refuses it, for want of credentials or since it has no such image"
NO_HOST = "the cluster does not know the host of its registry"
NOT_FOUND = "the registry has no such image"
NOT_BUILT = "it is not built for the processors of the node"
UNKNOWN = "the error is in Kubernetes' words"
KEY_WORDS = (
    (("toomanyrequests", "429 too many", "rate limit"), "the registry has had too many pulls"),
    (("no match for platform", "no matching manifest"), NOT_BUILT),
    (("x509", "certificate"), "the registry's certificate is not trusted"),
    (("no such host", "server misbehaving"), NO_HOST),
    (
        ("unauthorized", "denied", "forbidden", "authentication required", "auth credentials", "authorization failed"),
        REFUSED,
    ),
    (("not found", "manifest unknown", "name unknown", "does not exist"), NOT_FOUND),
    (("no space left",), "the node's disk is full"),
    (
        (
            "i/o timeout",
            "connection refused",
            "deadline exceeded",
            "handshake timeout",
            "no route to host",
            "unreachable",
        ),
        "the registry does not answer",
    ),
)
"""What the runtimes and registries write, containerd's and Docker's words alike; the first that is found counts."""


def unpulled(sight: Sight) -> PodTrouble | None:
    """Find a container that waits for its image."""
    if sight.pod is None or not sight.run.is_pending:
        return None
    ordered = sorted(sight.pod.containers, key=lambda each: not each.is_init)
    waiting = next((each for each in ordered if each.state == "waiting" and each.reason in PULLS | {*OTHERWISE}), None)
    return _told(sight, waiting) if waiting else None


def _told(sight: Sight, container: Container) -> PodTrouble:
    words, image = _words(sight, container), shortened(container.image, NAME_LENGTH)
    why = None if container.reason in OTHERWISE else _why(words)
    says = f"image '{image}' {f'cannot be pulled: {why}' if why else OTHERWISE[container.reason]}"
    evidence: Evidence = {"image": container.image, "container": container.name, "reason": container.reason}
    scheduled = sight.condition("PodScheduled")
    since = (scheduled.since if scheduled else None) or (sight.pod.created if sight.pod else None)
    return tell(sight, CODE, says, words, since, evidence, _remedy(sight, why))


def _words(sight: Sight, container: Container) -> str:
    """The whole error, the same whichever of the two states holds: in the newest event about this image, else the status."""
    told = [each.message for each in sight.pod_events if each.message.startswith(FAILED_TO_PULL)]
    of_image = [message for message in told if container.image and container.image in message]
    is_told = container.reason in PULLS and of_image
    return of_image[-1] if is_told else container.message or container.reason


def _why(words: str) -> str:
    low = words.lower()
    return next((why for keys, why in KEY_WORDS if any(each in low for each in keys)), UNKNOWN)


def _remedy(sight: Sight, why: str | None) -> tuple[str, ...]:
    if why == REFUSED:
        return (
            describe_pod(sight),
            *_credentials(sight),
            *mend_template(sight, "Mend the image's name, or name a secret in imagePullSecrets"),
        )
    if why in (NOT_FOUND, NO_HOST, NOT_BUILT, UNKNOWN, None):
        return (describe_pod(sight), *mend_template(sight, "Mend the image's name, tag or pull policy"))
    return (
        describe_pod(sight),
        "Once that is over, Kubernetes pulls it by itself: it tries again at least every 5 minutes",
    )


def _credentials(sight: Sight) -> tuple[str, str]:
    """The commands that show which secrets for registries the pod has, and which there are."""
    secrets = command("kubectl get secrets", namespace=sight.namespace, field_selector=f"type={FOR_REGISTRIES}")
    return (of_run("kubectl get pod --output jsonpath={.items[*].spec.imagePullSecrets}", sight), secrets)
