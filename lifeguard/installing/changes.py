"""What an installation changes, one thing at a time, in the words in which it is told before and afterwards."""

from dataclasses import dataclass
from enum import Enum

from lifeguard.escaping import visible


class Verb(Enum):
    """What happens to a thing: the words before it is done, and afterwards."""

    CREATE = ("to create", "created")
    UPDATE = ("to update", "updated")
    REMOVE = ("to remove", "removed")
    KEEP = ("unchanged", "unchanged")
    LEAVE = ("to leave", "left")


WIDTH = max(len(word) for verb in Verb for word in verb.value)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing on the server, and why it is changed or left, where that is not plain."""

    verb: Verb
    what: str
    why: str = ""

    @property
    def is_change(self) -> bool:
        """Whether the server is another afterwards."""
        return self.verb not in (Verb.KEEP, Verb.LEAVE)

    def told(self, *, ahead: bool) -> str:
        """One line: `ahead` of the change, or after it."""
        word = self.verb.value[0 if ahead else 1]
        return visible(f"{word:<{WIDTH}}  {self.what}{f' ({self.why})' if self.why else ''}")
