"""A share as a letter: what a patrol and its parts write each other through the history."""

from lifeguard.letters import Letters
from lifeguard.parts.share import Share

SHARES = Letters(Share)


def form() -> str:
    """A digest of how shares are written: another one is another version of Lifeguard."""
    return SHARES.form


def written(share: Share) -> str:
    """A share as a text that every database takes."""
    return SHARES.written(share)


def read(letter: str, its_form: str) -> Share:
    """The share that was written; raises `Unreadable`."""
    return SHARES.read(letter, its_form)
