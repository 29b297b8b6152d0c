"""From what the observer of prefect-kubernetes says of a pod to codes, and to one half sentence with Kubernetes' own words.

The values of `kubernetes.diagnosis` are a promise of theirs (PrefectHQ/prefect#22575); the texts are matched by key words,
since newer versions of Kubernetes say them differently.
"""

import re
from collections.abc import Mapping, Sequence

from lifeguard.escaping import shortened, visible
from lifeguard.signatures.known import RUN, recognized
from lifeguard.signatures.secrets import blotted

DIED = "k8s-oom-evicted-crashloop"
CODES: Mapping[str, str] = {
    "Unschedulable": "k8s-unschedulable",
    "ImagePullError": "k8s-image-pull-backoff",
    "CrashLoopBackOff": DIED,
    "OOMKilled": DIED,
    "Evicted": DIED,
}
"""By the first part of the diagnosis: what comes after a point says it more closely."""

WORDS_LENGTH = 400
SAID_LENGTH = 160
OF_THE_OBSERVER = re.compile(
    r"^.*?(?:Kubernetes cannot find a suitable node to run this pod\.|"
    r"Kubernetes cannot pull the container image\. Reason: \w+\.|"
    r"The pod was evicted from its node\.|The container repeatedly crashes after starting\.)"
)
OF_ONE_POD = re.compile(r" pod=\S+")
RESOLUTION = re.compile(r"\s*Resolution: .*$", re.DOTALL)
BACK_OFF = re.compile(r"^Back-off pulling image")
IMAGE = re.compile(r'image \\?"([^"\\]+)')
CAUSES: Sequence[tuple[str, str]] = (
    ("no such host", "the name of its registry is not known there"),
    ("unauthorized", "its registry wants other credentials"),
    ("forbidden", "its registry wants other credentials"),
    ("denied", "it does not exist, or its registry wants other credentials"),
    ("not found", "its registry does not have it"),
    ("manifest unknown", "its registry does not have it"),
    ("toomanyrequests", "its registry asks for fewer pulls"),
    ("too many requests", "its registry asks for fewer pulls"),
    ("timeout", "its registry does not answer in time"),
    ("connection refused", "its registry refuses connections"),
    ("x509", "the certificate of its registry is not trusted"),
)
DEATHS: Mapping[str, str] = {
    "OOMKilled": "the container was killed since it used more memory than its limit (OOMKilled)",
    "Evicted": "the pod was evicted from its node (Evicted)",
    "CrashLoopBackOff": "the container ends again and again (CrashLoopBackOff)",
    "ContainerStatusUnknown": "nobody knows how the container ended (ContainerStatusUnknown): its node was lost or drained",
    "StartError": "the command of the container could not be started (StartError)",
}


def code_of_line(text: str) -> str | None:
    """The code that a line of the observer leads to; None for what a container wrote itself."""
    sign = recognized(text, RUN)
    return sign.code if sign and sign.is_proof and sign.code in CODES.values() else None


def words_of(texts: Sequence[str]) -> str:
    """Kubernetes' own words in the newest of these lines that has any; a bare back-off hides what the pull before it said."""
    spoken = [words for text in reversed(texts) if (words := _own_words(text))]
    return next((words for words in spoken if not BACK_OFF.match(words)), spoken[0] if spoken else "")


def _own_words(text: str) -> str:
    without = RESOLUTION.sub("", text)
    found = OF_THE_OBSERVER.match(without)
    return one_line(OF_ONE_POD.sub("", without[found.end() :])) if found else ""


def one_line(words: str) -> str:
    """Words as they are shown: one line, without secrets, not too long."""
    return shortened(visible(blotted(" ".join(words.split()))), WORDS_LENGTH)


def says_of(code: str, reason: str | None, words: str) -> str:
    """Half a sentence: what is wrong, with as much of Kubernetes' words as makes it clear."""
    if code == "k8s-image-pull-backoff":
        return _of_image(words)
    if code == "k8s-unschedulable":
        return f"no node takes the pod: {shortened(words.rstrip('.') or reason or 'no reason told', SAID_LENGTH)}"
    return DEATHS.get(reason or "", f"the container ended by itself ({reason or 'no reason told'})")


def _of_image(words: str) -> str:
    image, said = IMAGE.search(words), words.lower()
    named = f"the image '{image[1]}'" if image else "the image"
    why = next((means for text, means in CAUSES if text in said), "")
    return f"{named} cannot be pulled" + (f": {why}" if why else "")
