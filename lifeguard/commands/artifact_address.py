"""Where the newest version of an artifact is, for the person at the terminal."""

import os

from lifeguard.commands.run_async import run_async
from lifeguard.configuration import local_sources, merged
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.report.artifact import address
from lifeguard.report.shelf import read_shelf
from lifeguard.report.terminal import standard_output


def tell_address(key: str, what: str) -> None:
    """Print it where there is one: one call, and nothing where the server does not tell or has no UI that is known."""
    url = run_async(_address, key)
    if url:
        standard_output().print(f"{what} in the Prefect UI: {url}", soft_wrap=True, markup=False)


async def _address(key: str) -> str | None:
    async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
        try:
            id = (await read_shelf(api)).ids.get(key)
        except (CallFailed, *ANOTHER_SHAPE):
            return None
        return address(api.connection.ui_url, id) if id and api.connection.ui_url else None
