"""Ctrl-C, SIGTERM and a closed terminal end a block as if it were over, so that what comes after it is still done."""

import asyncio
import signal
from collections.abc import Generator
from contextlib import contextmanager

import anyio

ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ended_by_signals() -> Generator[None, None, None]:
    """Cancel the block at the first signal; further ones change nothing while it cleans up."""
    loop = asyncio.get_running_loop()
    with anyio.CancelScope() as scope:
        chosen = [*ENDING, *_hang_up()]
        for number in chosen:
            loop.add_signal_handler(number, scope.cancel)
        try:
            yield
        finally:
            for number in chosen:
                loop.remove_signal_handler(number)


def _hang_up() -> list[signal.Signals]:
    """A closed terminal, unless the user has said with nohup that it is to be ignored."""
    return [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
