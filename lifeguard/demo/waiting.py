"""Waiting for something to become true, with a limit, and never for a guess of how long it takes."""

from collections.abc import Awaitable, Callable

import anyio

from lifeguard.demo.processes import DemoFailed

LIMIT_SECONDS = 90.0
STEP_SECONDS = 0.2


async def wait_until(condition: Callable[[], Awaitable[bool]], what: str, limit_seconds: float = LIMIT_SECONDS) -> None:
    """Ask again and again; raises `DemoFailed` with what did not come true."""
    with anyio.move_on_after(limit_seconds):
        while not await condition():
            await anyio.sleep(STEP_SECONDS)
        return
    raise DemoFailed(f"Within {limit_seconds:g} s this did not come true: {what}.")
