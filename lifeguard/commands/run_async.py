"""How a command runs what is asynchronous."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, TypeVarTuple

import anyio

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


def run_async(act: Callable[[*Arguments], Awaitable[T]], *arguments: *Arguments) -> T:
    """`anyio.run`, with a result that may be large.

    As it ends, `asyncio.Runner.run` (Python 3.11 to 3.13) asks whether the handler of Ctrl-C is still its own, by
    `signal.getsignal`: that makes an error that nobody sees, with the whole `repr` of the task and of its result in it.
    Of 57,000 runs that is 95 MB and a second.
    """
    results: list[T] = []

    async def keep_result() -> None:
        results.append(await act(*arguments))

    anyio.run(keep_result)
    return results[0]
