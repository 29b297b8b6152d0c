"""`lifeguard metrics`: what the history knows as metrics, to be scraped, as a file, or pushed once."""

import os
from pathlib import Path

import anyio

from lifeguard.commands.history_source import HistorySource
from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.demo.signals import ended_by_signals
from lifeguard.metrics.push import ENDPOINTS, endpoint_variable, push
from lifeguard.observe.api import utc_now
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.standing import Standing


def run_metrics(address: str, port: int, textfile: Path | None, push_once: bool, stale_after: float) -> Status:
    """Serve until SIGINT or SIGTERM, or do the one thing that is asked; raises `ConfigurationError`."""
    if textfile and push_once:
        raise ConfigurationError("--textfile and --push are two ways out: give one of them.")
    source = HistorySource(os.environ, stale_after)
    if textfile:
        return _write(source, textfile)
    if push_once:
        return _push(source)
    run_async(_serve, source, address, port)
    return Status.FINE


async def _serve(source: HistorySource, address: str, port: int) -> None:
    from lifeguard.metrics.listening import listening
    from lifeguard.metrics.web import web_app

    with ended_by_signals(), listening(web_app(source.standing), address, port) as url:
        await anyio.to_thread.run_sync(source.settle)
        complain(f"Serving {url}/metrics; Ctrl-C ends it.")
        await anyio.sleep_forever()


def _write(source: HistorySource, file: Path) -> Status:
    """A history that cannot be read leaves a file that says just that: an old one would look like health."""
    from lifeguard.metrics.textfile import write_textfile

    standing, trouble = _read(source)
    write_textfile(standing, file)
    return _said(trouble)


def _push(source: HistorySource) -> Status:
    if endpoint_variable(os.environ) is None:
        raise ConfigurationError(f"--push needs to know where to: set {ENDPOINTS[1]}=http://HOST:4318.")
    standing, unreadable = _read(source)
    return _said(unreadable or run_async(push, standing, os.environ, utc_now()))


def _read(source: HistorySource) -> tuple[Standing, str | None]:
    """What is known, and why it is nothing."""
    try:
        return source.standing(), None
    except (HistoryUnavailable, ConfigurationError) as trouble:
        return Standing(source.server_name, has_history=False), str(trouble)


def _said(trouble: str | None) -> Status:
    if trouble is None:
        return Status.FINE
    complain(trouble if trouble.endswith(".") else f"{trouble[0].upper()}{trouble[1:]}.")
    return Status.COULD_NOT_LOOK
