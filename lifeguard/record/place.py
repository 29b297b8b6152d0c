"""Where the history is: the block `history-database/lifeguard`, else LIFEGUARD_DATABASE_URL, else a file of Prefect's home."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lifeguard.configuration import DATABASE_VARIABLE
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.stored_block import OBSCURED, place_of, stored_block
from lifeguard.record.database import Database, database_at, default_database
from lifeguard.record.failures import HistoryUnavailable, Trouble

BLOCK_TYPE_SLUG = "history-database"
PLACE = place_of(BLOCK_TYPE_SLUG)


async def chosen_database(
    api: Api, environment: Mapping[str, str], prefect_home: Path, *, writes: bool = False
) -> Database:
    """The database to use.

    Where the API cannot tell whether there is a block, what the environment names is taken. With `writes`, the default
    file is not: it could be the wrong one. Raises `HistoryUnavailable` then, and `ConfigurationError` for a bad address.
    """
    try:
        held = await stored_block(api, BLOCK_TYPE_SLUG, with_secrets=True)
    except (CallFailed, *ANOTHER_SHAPE) as failure:
        if writes and not environment.get(DATABASE_VARIABLE):
            raise _unknown(failure) from None
        held = None
    if held is not None:
        return database_at(_readable(held), PLACE)
    if environment.get(DATABASE_VARIABLE):
        return database_at(environment[DATABASE_VARIABLE], DATABASE_VARIABLE)
    return default_database(prefect_home)


def _readable(held: Mapping[str, Any]) -> str:
    """Prefect hands secrets out obscured to those who may not see them."""
    url = held.get("url")
    if not isinstance(url, str) or not url or url.startswith(OBSCURED):
        trouble = Trouble("its secret was not handed out", "give this API key the right to see the secrets of blocks")
        raise HistoryUnavailable(PLACE, trouble)
    return url


def _unknown(failure: Exception) -> HistoryUnavailable:
    reason = failure.reason if isinstance(failure, CallFailed) else "the answer is not what Prefect answers"
    trouble = Trouble(
        f"the server does not tell where it is ({reason})", f"set {DATABASE_VARIABLE}, or wait for the server"
    )
    return HistoryUnavailable(PLACE, trouble)
