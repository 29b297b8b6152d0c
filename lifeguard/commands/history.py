"""`lifeguard history`: what happened, how long pools were staffed, and what each cause cost."""

import os
import sys
from collections.abc import Mapping

from lifeguard.commands.looking_back import look_back
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.forecast import Forecast
from lifeguard.history import History
from lifeguard.observe.api import utc_now
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.forecast_queries import forecasts
from lifeguard.record.queries import read_history
from lifeguard.since import since


def run_history(pool: str | None, since_text: str, format: str) -> Status:
    """Read, print, and end with 0; 2 where the history cannot be read. Raises `ConfigurationError`."""
    try:
        with progress() as tell:
            tell("reading the history")
            history, forecast = run_async(_read, pool, since_text, os.environ)
    except HistoryUnavailable as unavailable:
        complain(str(unavailable))
        return Status.COULD_NOT_LOOK
    _print(history, forecast, format)
    return Status.FINE


async def _read(pool: str | None, since_text: str, environment: Mapping[str, str]) -> tuple[History, Forecast | None]:
    """What happened, and of one pool what is to be expected."""
    since(since_text, utc_now())
    back = await look_back(environment)
    history = await read_history(back.database, back.server_name, since(since_text, back.now), back.now, pool)
    if pool is None:
        return history, None
    return history, (await forecasts(back.database, back.server_name, back.now, back.policy, pool)).get(pool)


def _print(history: History, forecast: Forecast | None, format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.history_json import as_json

        sys.stdout.write(as_json(history) + "\n")
    elif format == "csv":
        from lifeguard.report.history_csv import as_csv

        sys.stdout.write(as_csv(history))
    else:
        from lifeguard.report.forecast_terminal import show_forecast
        from lifeguard.report.history_terminal import show
        from lifeguard.report.terminal import standard_output

        show(history, standard_output())
        if forecast:
            show_forecast(forecast, history.until, standard_output())
