"""A patrol without its flow: one look at an estate, and what the history made of it."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import anyio

from lifeguard.configuration import local_sources, merged
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.record.keep import keep
from tests.estate import Estate

PATIENT = {"LIFEGUARD_REQUEST_TIMEOUT_SECONDS": "60"}
"""A server that other tests keep busy is waited for."""

TELL_AT_ONCE = {
    "LIFEGUARD_WARNING_FOR_SECONDS": "0",
    "LIFEGUARD_INFO_FOR_SECONDS": "0",
    "LIFEGUARD_SECOND_LOOK_AFTER_SECONDS": "0",
}


def kept(estate: Estate, home: Path, environment: Mapping[str, str]) -> tuple[Judgement, Changes]:
    """What one patrol found, and what it changed; incidents open at their first sight."""

    async def once() -> tuple[Judgement, Changes]:
        sources = local_sources(None, {**PATIENT, **environment, **TELL_AT_ONCE})
        async with Api(Connection(estate.api_url), merged(sources)) as api:
            kept = await keep(api, await judge(api, sources), str(uuid4()), environment, home)
            return kept.judgement, kept.changes

    return anyio.run(once)


def codes_kept(estate: Estate, home: Path, environment: Mapping[str, str]) -> list[str]:
    """The codes of what one patrol found."""
    return [finding.code for finding in kept(estate, home, environment)[0].findings]
