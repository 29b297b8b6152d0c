"""A patrol as the outside dead man's switch hears of it: that it began, and whether it did what it should."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lifeguard.configuration import ConfigurationError
from lifeguard.observe.api import Api
from lifeguard.ping import PingUrl, Signal, ping, ping_url

Complain = Callable[[str], None]


@dataclass(slots=True)
class Report:
    """What is to be said in the end; `failed_because` is empty for a patrol that looked and told."""

    words: str = ""
    failed_because: str = ""


@asynccontextmanager
async def heard_outside(api: Api, environment: Mapping[str, str], complain: Complain) -> AsyncGenerator[Report, None]:
    """Signal the beginning, and at the end success or failure; without an address, nothing.

    What goes wrong with it is one complaint, and never stops a patrol. A patrol that is killed signals no end, which the
    switch notices.
    """
    url, report = await _address(api, environment, complain), Report()
    await _signal(url, Signal.STARTED, "", complain)
    try:
        yield report
    except Exception as error:
        report.failed_because = f"the patrol failed ({type(error).__name__})"
        raise
    finally:
        signal = Signal.FAILED if report.failed_because else Signal.SUCCEEDED
        await _signal(url, signal, report.failed_because or report.words, complain)


async def _address(api: Api, environment: Mapping[str, str], complain: Complain) -> PingUrl | None:
    try:
        return await ping_url(api, environment)
    except ConfigurationError as error:
        complain(str(error))
        return None


async def _signal(url: PingUrl | None, signal: Signal, words: str, complain: Complain) -> None:
    trouble = await ping(url, signal, words) if url else None
    if trouble:
        complain(trouble)
