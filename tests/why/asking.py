"""Asking why of a run on a real server, as `lifeguard why` does."""

from collections.abc import Mapping
from pathlib import Path

import anyio

from lifeguard.configuration import local_sources
from lifeguard.explaining import explained, settled
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.wanted_run import wanted_run
from lifeguard.why.explanation import Explanation
from tests import remembering
from tests.estate import PATIENT, Estate

NOWHERE: Mapping[str, str] = {}


def why(
    estate: Estate, wanted: str, home: Path = Path("/nowhere"), environment: Mapping[str, str] = NOWHERE
) -> Explanation:
    """What is known of a run."""

    async def ask() -> Explanation:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            look, snapshot = await settled(api, local_sources(None, {**remembering.PATIENT, **environment}))
            return await explained(api, look, snapshot, await wanted_run(api, wanted), environment, home)

    return anyio.run(ask)


def holding(explanation: Explanation) -> list[str]:
    """The codes of what holds it back, the cause first."""
    return [point.code for point in explanation.holding]
