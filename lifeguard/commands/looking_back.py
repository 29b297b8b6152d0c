"""Where the history is and under what name it keeps this server: what the commands that look back ask first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lifeguard.commands.progress import complain
from lifeguard.configuration import local_sources, merged
from lifeguard.facts import seconds
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.stored_policy import read_stored_policy
from lifeguard.policy import Policy
from lifeguard.record.database import Database
from lifeguard.record.place import chosen_database
from lifeguard.snapshot import Missing

ONE_SHORT_CALL = {"request_timeout_seconds": 2.0, "retry_attempts": 0}
"""A server that has just not answered is not waited for again: somebody is waiting for us."""


@dataclass(frozen=True, slots=True)
class LookBack:
    """The database, the server's name in it, now by the server's clock, which all times in it are of, and the policy.

    `is_certain` is False where the server did not tell, so that it is the database only as far as this machine knows.
    """

    database: Database
    server_name: str
    now: datetime
    policy: Policy
    clock_ahead_seconds: float = 0.0
    is_certain: bool = True


async def look_back(environment: Mapping[str, str], say: Callable[[str], None] = complain) -> LookBack:
    """Ask the server and this machine. Without the server, what this machine says is taken, and that is said.

    Raises `ConfigurationError` and `HistoryUnavailable`.
    """
    sources = local_sources(None, environment)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        stored, missing = await read_stored_policy(api)
        if missing:
            api.follow(merged(sources).model_copy(update=ONE_SHORT_CALL))
        database = await chosen_database(api, environment, _prefect_home())
        policy = merged([*stored, *sources])
        ahead = api.clock_skew_seconds or 0.0
        _say_what_is_unknown(missing, api, database, say)
        name = policy.server_name or api.connection.shown_url
        return LookBack(database, name, utc_now() + seconds(ahead), policy, ahead, not missing)


def _say_what_is_unknown(
    missing: tuple[Missing, ...], api: Api, database: Database, say: Callable[[str], None]
) -> None:
    for each in missing:
        why = each.reason.partition(";")[0]
        say(f"{api.connection.shown_url} does not tell where its history is ({why}); this is {database.shown}.")


def _prefect_home() -> Path:
    from prefect.settings import get_current_settings

    return get_current_settings().home
