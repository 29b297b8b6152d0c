"""A reading that may fail: what was read, or what to go on with and the name of what is missing."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from lifeguard.observe.api import CallFailed
from lifeguard.snapshot import Missing

ANOTHER_SHAPE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading an answer raises that is JSON, but not what Prefect answers: a proxy's own error page, say."""

T = TypeVar("T")


async def attempt(
    reading: Awaitable[T], otherwise: T, missing: Callable[[str], Missing]
) -> tuple[T, tuple[Missing, ...]]:
    """Read; on failure go on with `otherwise`, and with what `missing` makes of the reason."""
    try:
        return await reading, ()
    except CallFailed as failure:
        return otherwise, (missing(failure.reason),)
    except ANOTHER_SHAPE:
        return otherwise, (missing("the answer is not what Prefect answers"),)
