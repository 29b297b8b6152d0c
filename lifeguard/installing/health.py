"""Whether all of an installation is well: six parts, each with what is the matter and what to do next."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from lifeguard.configuration import ConfigurationError
from lifeguard.observe.api import CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE

LOOK_CLOSER = ("lifeguard check",)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: well, not well, or (None) not to be seen; and the commands or steps that come next."""

    name: str
    well: bool | None
    says: str
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is the matter, and the way out."""

    says: str
    next: str


def part(name: str, troubles: Sequence[Trouble], otherwise: str) -> Part:
    """What is the matter, or what there is to say where nothing is."""
    if not troubles:
        return Part(name, True, otherwise)
    steps = tuple(dict.fromkeys(trouble.next for trouble in troubles))
    return Part(name, False, "; ".join(trouble.says for trouble in troubles), steps)


async def seen(name: str, look: Callable[[], Awaitable[Part]]) -> Part:
    """One part, or that it could not be seen: a call that fails is no trouble of the part."""
    try:
        return await look()
    except CallFailed as failure:
        return Part(name, None, f"could not be seen ({failure.reason})", LOOK_CLOSER)
    except ConfigurationError as error:
        return Part(name, False, str(error).rstrip("."))
    except ANOTHER_SHAPE:
        return Part(name, None, "could not be seen (the answer is not what Prefect answers)", LOOK_CLOSER)


def counted(number: int, noun: str) -> str:
    """Such as `1 patrol`, `2 patrols`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_well(parts: Sequence[Part]) -> bool | None:
    """Of all parts: one that is not well is worse than one that cannot be seen."""
    if any(each.well is False for each in parts):
        return False
    return None if any(each.well is None for each in parts) else True
