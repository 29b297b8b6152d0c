"""`lifeguard upcoming`: what is to start on each work pool in the next hours, and whether it can be carried."""

import os
import sys

from lifeguard.commands.looking_ahead import CouldNotLook, look_ahead
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.upcoming import Upcoming

MOST_HOURS = 48


def run_upcoming(pool: str | None, hours: int, format: str) -> Status:
    """Look, print, and end with 0; 2 where it could not look. Raises `ConfigurationError`."""
    if not 1 <= hours <= MOST_HOURS:
        raise ConfigurationError(f"--hours is {hours}, but should be from 1 to {MOST_HOURS}.")
    try:
        with progress() as tell:
            upcoming = run_async(look_ahead, (pool,) if pool else (), hours, os.environ, tell)
    except CouldNotLook as reason:
        complain(str(reason))
        return Status.COULD_NOT_LOOK
    _print(upcoming, format)
    return Status.FINE


def _print(upcoming: Upcoming, format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.upcoming_json import as_json

        sys.stdout.write(as_json(upcoming) + "\n")
    else:
        from lifeguard.report.terminal import standard_output
        from lifeguard.report.upcoming_terminal import show

        show(upcoming, standard_output())
