"""k8s-container-config: a container cannot be made: its secret, config map or volume is missing. The Job never fails of it.

A missing volume is only told by events: the container is then `ContainerCreating`, without a message (1.20).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from lifeguard.cluster import Container
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import describe_pod, mend_template, show, tell
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-container-config"
REASONS = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
STILL_MADE = frozenset({"", "ContainerCreating", "PodInitializing"})
EVENTS = ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox")
NORMAL_SECONDS = 30
"""The first mounts of a pod may fail while what it needs is still being made."""
NOT_FOUND = re.compile(
    r'\b(secret|configmap|persistentvolumeclaim|serviceaccount)s? "([^"]+)" (?:is )?not found', re.IGNORECASE
)
NO_KEY = re.compile(r"couldn't find key (\S+) in (Secret|ConfigMap) [^/\s]+/(\S+)", re.IGNORECASE)
NO_REFERENCED_KEY = re.compile(r"references non-existent (secret|config) key: ?(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lack:
    """What a container lacks: the kind of object as kubectl has it and its name, or a key of it."""

    kind: str
    name: str
    key: str | None = None

    @property
    def says(self) -> str:
        """For a sentence."""
        called = {
            "configmap": "config map",
            "persistentvolumeclaim": "volume claim",
            "serviceaccount": "service account",
        }
        what = f"{called.get(self.kind, self.kind)} '{self.name}'"
        return f"{what} has no key '{self.key}'" if self.key else f"{what} is not there"


def lack(words: str) -> Lack | None:
    """What is missing by Kubernetes' words, where they name it."""
    if found := NOT_FOUND.search(words):
        return Lack(found[1].lower(), found[2])
    found = NO_KEY.search(words)
    return Lack(found[2].lower(), found[3].rstrip(".,:"), found[1]) if found else None


def unmade(sight: Sight) -> PodTrouble | None:
    """Find a container that Kubernetes tries to make in vain."""
    pod = sight.pod
    if pod is None or not sight.run.is_pending or pod.phase not in ("Pending", ""):
        return None
    ordered = sorted(pod.containers, key=lambda each: not each.is_init)
    refused = next((each for each in ordered if each.state == "waiting" and each.reason in REASONS), None)
    if refused:
        scheduled = sight.condition("PodScheduled")
        return _told(
            sight, refused.message or refused.reason, (scheduled.since if scheduled else None) or pod.created, refused
        )
    return _by_events(sight, ordered)


def _by_events(sight: Sight, containers: list[Container]) -> PodTrouble | None:
    pod = sight.pod
    if pod is None or not sight.is_older(pod.created, NORMAL_SECONDS):
        return None
    if any(each.state not in ("", "waiting") or each.reason not in STILL_MADE for each in containers):
        return None
    told = [each for reason in EVENTS for each in sight.pod_events if each.reason == reason]
    said = next((each for each in told if lack(each.message)), told[-1] if told else None)
    return _told(sight, said.message, pod.created, None) if said else None


def _told(sight: Sight, words: str, since: datetime | None, container: Container | None) -> PodTrouble:
    missing = lack(words)
    evidence = {
        **(
            {"container": container.name, "reason": container.reason}
            if container
            else {"reason": _reason(sight, words)}
        ),
        **({"missing_kind": missing.kind, "missing_name": missing.name} if missing else {}),
        **({"missing_key": missing.key} if missing and missing.key else {}),
    }
    says = missing.says if missing else _says(container, words)
    return tell(sight, CODE, says, words, since, evidence, _remedy(sight, missing))


def _reason(sight: Sight, words: str) -> str:
    return next((each.reason for each in sight.pod_events if each.message == words), "")


def _says(container: Container | None, words: str) -> str:
    if found := NO_REFERENCED_KEY.search(words):
        kind = "secret" if found[1].lower() == "secret" else "config map"
        return f"a {kind} that is mounted has no key '{found[2]}'"
    if container:
        return f"container '{container.name}' cannot be made ({container.reason})"
    return (
        "the network of the pod cannot be made"
        if "sandbox" in words.lower()
        else "a volume of the pod cannot be mounted"
    )


def _remedy(sight: Sight, missing: Lack | None) -> tuple[str, ...]:
    if missing is None:
        return (describe_pod(sight), *mend_template(sight, "Mend what the container is made of"))
    return (
        describe_pod(sight),
        show(missing.kind, missing.name, sight.namespace),
        "Once it is there, the container is made by itself within minutes",
        *mend_template(sight, "Or mend its name"),
    )
