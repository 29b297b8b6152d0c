"""`lifeguard history --pool NAME --chart`: one pool over the window, drawn."""

import os
from collections.abc import Mapping, Sequence

from lifeguard.commands.looking_back import look_back
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.history import History
from lifeguard.observe.api import utc_now
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.queries import read_history
from lifeguard.record.series_queries import read_columns
from lifeguard.report.pool_chart import columns_for, show_chart
from lifeguard.report.terminal import standard_output
from lifeguard.series import Column
from lifeguard.since import since


def run_history_chart(pool: str | None, since_text: str, format: str) -> Status:
    """Read, draw, and end with 0; 2 where the history cannot be read. Raises `ConfigurationError`."""
    if pool is None:
        raise ConfigurationError("--chart draws one work pool: name it with --pool.")
    if format != "table":
        raise ConfigurationError(f"--chart is for people, and --format {format} for programs: give one of them.")
    console = standard_output()
    try:
        with progress() as tell:
            tell("reading the history")
            history, columns = run_async(_read, pool, since_text, os.environ, columns_for(console))
    except HistoryUnavailable as unavailable:
        complain(str(unavailable))
        return Status.COULD_NOT_LOOK
    show_chart(pool, history, columns, console)
    return Status.FINE


async def _read(
    pool: str, since_text: str, environment: Mapping[str, str], count: int
) -> tuple[History, Sequence[Column]]:
    since(since_text, utc_now())
    back = await look_back(environment)
    history = await read_history(back.database, back.server_name, since(since_text, back.now), back.now, pool)
    return history, await read_columns(back.database, back.server_name, pool, history.window, count)
