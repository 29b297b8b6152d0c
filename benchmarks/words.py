"""What a message tells, of which pools: by its words alone, as somebody reads it who is paged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lifeguard.incidents import ChangeKind

KINDS = {
    "RESOLVED": ChangeKind.RESOLVED,
    "ESCALATED": ChangeKind.ESCALATED,
    "STILL OPEN": ChangeKind.REMINDED,
    "CRITICAL": ChangeKind.OPENED,
    "WARNING": ChangeKind.OPENED,
}
NAME = re.compile(r"\bmill-\d{3}\b")
GROUP = re.compile(r": pool-no-workers in (\d+) ")
ALONE = " has no live worker"


def pool_name(number: int) -> str:
    """The name of a pool, which is found in a text."""
    return f"mill-{number:03}"


@dataclass(frozen=True, slots=True)
class Word:
    """A message about pools without a worker. `missing` is how many of them it counts and does not name."""

    kind: ChangeKind
    pools: frozenset[str]
    missing: int = 0


def word_of(message: Mapping[str, str]) -> Word | None:
    """What a message tells; None where it is about something else."""
    subject = message["subject"]
    kind = next((kind for beginning, kind in KINDS.items() if subject.startswith(beginning)), None)
    group, pools = GROUP.search(subject), frozenset(NAME.findall(f"{subject}\n{message['body']}"))
    if kind is None or not (group or ALONE in subject):
        return None
    return Word(kind, pools, (int(group[1]) if group else 1) - len(pools))
