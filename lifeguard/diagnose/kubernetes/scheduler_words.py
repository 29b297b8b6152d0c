"""What the scheduler says of a pod that it cannot place, taken apart: each reason with the number of nodes it holds for.

The message is for people and changes: 1.20 writes `had taint {…}, that the pod didn't tolerate`, 1.28 and later `had
untolerated taint {…}` and a sentence about preemption behind it. So only key words count, and that numbers begin the reasons.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

NODES = re.compile(r"^(\d+)/(\d+) nodes are available: ?")
PREEMPTION = re.compile(r"\s*preemption: .*$", re.DOTALL)
NUMBERED = re.compile(r"(?:^|, )(\d+) (.+?)(?=, \d+ |$)", re.DOTALL)
TAINT = re.compile(r"\{([^}]*)\}")
CLAIM = re.compile(r'persistentvolumeclaim "([^"]+)"')
INSUFFICIENT = re.compile(r"insufficient (\S+)", re.IGNORECASE)


class Obstacle(StrEnum):
    """Why nodes do not take a pod; `nodes_` and the value is the evidence of how many."""

    ROOM = "short_of_room"
    TAINT = "tainted"
    VOLUME = "without_volume"
    CORDON = "cordoned"
    SELECTOR = "not_matching"
    NO_NODES = "none"
    GATED = "gated"
    OTHER = "other"


KEY_WORDS = (
    ("insufficient ", Obstacle.ROOM),
    ("too many pods", Obstacle.ROOM),
    ("taint", Obstacle.TAINT),
    ("volume", Obstacle.VOLUME),
    ("were unschedulable", Obstacle.CORDON),
    ("no nodes available", Obstacle.NO_NODES),
    ("scheduling gate", Obstacle.GATED),
    ("node affinity", Obstacle.SELECTOR),
    ("node selector", Obstacle.SELECTOR),
    ("affinity/selector", Obstacle.SELECTOR),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and for how many nodes it holds; None where the scheduler gives no number."""

    obstacle: Obstacle
    text: str
    nodes: int | None = None

    @property
    def resource(self) -> str:
        """What there is too little of."""
        found = INSUFFICIENT.search(self.text)
        return found[1].rstrip(".,") if found else "pods"

    @property
    def taint(self) -> str:
        """The taint, `key: value`, as it is written; "" where it is not."""
        found = TAINT.search(self.text)
        return found[1].strip().removesuffix(":") if found else ""

    @property
    def claim(self) -> str:
        """The volume claim that is named, or ""."""
        found = CLAIM.search(self.text)
        return found[1] if found else ""


def without_preemption(message: str) -> str:
    """The message without what it says of preemption, which explains nothing and repeats the number of nodes."""
    return PREEMPTION.sub("", message.strip())


def number_of_nodes(message: str) -> int | None:
    """How many nodes the scheduler looked at."""
    found = NODES.match(message)
    return int(found[2]) if found else None


def reasons(message: str) -> tuple[Reason, ...]:
    """The reasons in their order; a message without numbers is one of them."""
    said = NODES.sub("", without_preemption(message)).rstrip(" .")
    numbered = [Reason(_obstacle(found[2]), found[2], int(found[1])) for found in NUMBERED.finditer(said)]
    return tuple(numbered) or ((Reason(_obstacle(said), said),) if said else ())


def _obstacle(text: str) -> Obstacle:
    low = text.lower()
    return next((obstacle for words, obstacle in KEY_WORDS if words in low), Obstacle.OTHER)
