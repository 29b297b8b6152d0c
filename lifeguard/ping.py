"""A dead man's switch outside of Prefect: it hears of every patrol, and raises the alarm when it hears of none.

It is spoken to as Healthchecks is (https://healthchecks.io/docs/http_api/), which others understand too. Its address is a
secret, since whoever knows it can keep the switch quiet: it stays out of every log, error and representation.
"""

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import anyio
import httpx
from pydantic import SecretStr

from lifeguard.configuration import PING_VARIABLE, ConfigurationError
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.stored_block import OBSCURED, place_of, stored_block

BLOCK_TYPE_SLUG = "secret"
BLOCK_NAME = "lifeguard-ping-url"
PLACE = place_of(BLOCK_TYPE_SLUG, BLOCK_NAME)
LIMIT_SECONDS = 5.0
RETRY_AFTER_SECONDS = 0.5
WORDS_CHARACTERS = 1000
HEADERS = {"User-Agent": "prefect-lifeguard", "Content-Type": "text/plain; charset=utf-8"}
BROKEN = (httpx.NetworkError, httpx.RemoteProtocolError)
NOT_COUNTED = {
    "OK (not found)": "the service knows no check of this address",
    "OK (rate limited)": "the service had too many pings of this address",
}
"""What Healthchecks answers with status 200 about a ping that it throws away, and what that means."""


class Signal(StrEnum):
    """What a ping says: a patrol begins, it did what it should, or it could not."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


ENDINGS = {Signal.STARTED: b"/start", Signal.SUCCEEDED: b"", Signal.FAILED: b"/fail"}


@dataclass(frozen=True, slots=True)
class PingUrl:
    """Where to ping, and the place that names it as a person would call it. The address never shows."""

    place: str
    address: SecretStr


async def ping_url(api: Api, environment: Mapping[str, str]) -> PingUrl | None:
    """The address in LIFEGUARD_PING_URL, else in Prefect's own block `secret/lifeguard-ping-url`; at most one call.

    None where neither exists or the server cannot tell. Raises `ConfigurationError`, which does not repeat the address,
    for what is none and for a secret that is not handed out.
    """
    named = environment.get(PING_VARIABLE, "").strip()
    if named:
        return _checked(PING_VARIABLE, named)
    stored = await _stored(api)
    return _checked(PLACE, stored) if stored else None


async def ping(url: PingUrl, signal: Signal, words: str = "") -> str | None:
    """Send a signal with some words (the first 1000 characters), within 5 s in all and without ever raising.

    None when the service took it; else a sentence about what went wrong, without the address. A redirection is not
    followed, and so is no success either.
    """
    try:
        with anyio.fail_after(LIMIT_SECONDS):
            trouble = _trouble(await _posted(url, signal, words))
    except TimeoutError:
        trouble = f"no answer within {LIMIT_SECONDS:g} s"
    except Exception as error:
        trouble = type(error).__name__
    if trouble is None:
        return None
    return (
        f"the outside ping did not get through ({trouble}): see whether the address in {url.place} is right and answers"
    )


async def _stored(api: Api) -> str | None:
    try:
        held = await stored_block(api, BLOCK_TYPE_SLUG, BLOCK_NAME, with_secrets=True)
        return None if held is None else _handed_out(str(held["value"]).strip())
    except (CallFailed, *ANOTHER_SHAPE):
        return None


def _handed_out(value: str) -> str:
    """Prefect hands secrets out obscured to those who may not see them."""
    if value.startswith(OBSCURED):
        raise ConfigurationError(
            f"The secret in {PLACE} was not handed out: give this API key the right to see the secrets of blocks, or set "
            f"{PING_VARIABLE}."
        )
    return value


def _checked(place: str, address: str) -> PingUrl:
    if not _is_address(address):
        raise ConfigurationError(
            f"What {place} holds is no http or https address: give the ping URL that your service shows, such as "
            "https://hc-ping.com/your-uuid."
        )
    return PingUrl(place, SecretStr(address))


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in ("http", "https") and bool(url.host) and (url.port is None or 0 < url.port < 65536)


async def _posted(url: PingUrl, signal: Signal, words: str) -> httpx.Response:
    """A connection that is refused or breaks is tried once more; a ping that arrives twice does no harm."""
    target, content = _target(url, signal), words[:WORDS_CHARACTERS].encode(errors="replace")
    with _kept_out_of_logs(target):
        async with httpx.AsyncClient(headers=HEADERS, timeout=None) as http:
            try:
                return await http.post(target, content=content)
            except BROKEN:
                await anyio.sleep(RETRY_AFTER_SECONDS)
                return await http.post(target, content=content)


def _target(url: PingUrl, signal: Signal) -> httpx.URL:
    address = httpx.URL(url.address.get_secret_value())
    path, mark, query = address.raw_path.partition(b"?")
    ending = ENDINGS[signal]
    return address.copy_with(raw_path=(path.rstrip(b"/") if ending else path) + ending + mark + query)


@contextmanager
def _kept_out_of_logs(target: httpx.URL) -> Generator[None, None, None]:
    """httpx logs the whole address of each request (INFO, 0.28.1)."""
    logger, address = logging.getLogger("httpx"), str(target)

    def is_about_another(record: logging.LogRecord) -> bool:
        return address not in record.getMessage()

    logger.addFilter(is_about_another)
    try:
        yield
    finally:
        logger.removeFilter(is_about_another)


def _trouble(response: httpx.Response) -> str | None:
    if not response.is_success:
        return f"HTTP {response.status_code}"
    return NOT_COUNTED.get(response.text.strip())
