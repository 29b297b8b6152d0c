"""How commands end. Programs build on these numbers (design: the contract of `lifeguard check`)."""

from enum import IntEnum


class Status(IntEnum):
    """0 nothing found; 1 something found; 2 it could not look, or only in part and found nothing there."""

    FINE = 0
    FOUND = 1
    COULD_NOT_LOOK = 2
    INTERRUPTED = 130
