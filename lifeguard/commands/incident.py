"""`lifeguard incident ID`: the whole life of one incident."""

import os
import sys
from collections.abc import Mapping
from datetime import datetime

from lifeguard.commands.looking_back import look_back
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.history import Life
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.incident_queries import read_incident


def run_incident(id: int, format: str) -> Status:
    """Read, print, and end with 0; 2 where there is no such incident, or no history. Raises `ConfigurationError`."""
    try:
        with progress() as tell:
            tell("reading the history")
            life, now = run_async(_read, id, os.environ)
    except HistoryUnavailable as unavailable:
        complain(str(unavailable))
        return Status.COULD_NOT_LOOK
    if life is None:
        complain(f"There is no incident {id} in the history; `lifeguard history` lists them.")
        return Status.COULD_NOT_LOOK
    _print(life, now, format)
    return Status.FINE


async def _read(id: int, environment: Mapping[str, str]) -> tuple[Life | None, datetime]:
    back = await look_back(environment)
    return await read_incident(back.database, id), back.now


def _print(life: Life, now: datetime, format: str) -> None:
    """Results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.incident_json import as_json

        sys.stdout.write(as_json(life) + "\n")
    else:
        from lifeguard.report.incident_terminal import show
        from lifeguard.report.terminal import standard_output

        show(life, now, standard_output())
