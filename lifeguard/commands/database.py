"""`lifeguard db …`: where the history is, whether it works, and bringing its tables to this version."""

import os
from collections.abc import Awaitable, Callable

from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import DATABASE_VARIABLE, local_sources, merged
from lifeguard.observe.api import Api
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.record.database import Database, database_at, upgrade
from lifeguard.record.failures import HistoryUnavailable, NoHistoryYet
from lifeguard.record.place import chosen_database
from lifeguard.record.state import HistoryState, state_of
from lifeguard.report.terminal import standard_output


def run_status() -> Status:
    """Say what is there; 0 when it can be used, 2 when it cannot."""
    return run_async(_with_database, _tell_state)


def run_upgrade() -> Status:
    """Bring the tables to this version; 0 when they are, 2 when that failed."""
    return run_async(_with_database, _upgrade)


async def database_in_use() -> Database:
    """The database that commands read; raises `HistoryUnavailable` or `ConfigurationError`.

    A machine that knows no Prefect API needs none, if it names the database.
    """
    from prefect.settings import get_current_settings

    policy = merged(local_sources(None, os.environ))
    settings = get_current_settings()
    if not settings.api.url and os.environ.get(DATABASE_VARIABLE):
        return database_at(os.environ[DATABASE_VARIABLE], DATABASE_VARIABLE)
    async with Api(connection_from_prefect(), policy) as api:
        return await chosen_database(api, os.environ, settings.home)


async def _with_database(act: Callable[[Database], Awaitable[str]]) -> Status:
    """A history that has not begun is nothing broken."""
    try:
        sentence = await act(await database_in_use())
    except NoHistoryYet as empty:
        sentence = str(empty)
    except HistoryUnavailable as unavailable:
        complain(str(unavailable))
        return Status.COULD_NOT_LOOK
    standard_output().print(sentence, soft_wrap=True, markup=False, highlight=False)
    return Status.FINE


async def _tell_state(database: Database) -> str:
    return _words(database, await state_of(database))


async def _upgrade(database: Database) -> str:
    before, after = await upgrade(database)
    if before == after:
        return f"The history in {database.shown} is at revision {after}, which is this version's: nothing to do."
    return f"The history in {database.shown} went from {before or 'nothing'} to revision {after}."


def _words(database: Database, state: HistoryState) -> str:
    newest = state.newest_patrol_at
    last = f"the last at {newest:%Y-%m-%d %H:%M:%S} UTC" if newest else "none yet"
    return (
        f"The history in {database.shown} can be used; its tables are of revision {state.revision}, this version's. "
        f"It holds {_count(state.patrols, 'patrol')} of {_count(state.servers, 'server')} ({last}), "
        f"{_count(state.readings, 'reading')}, {_count(state.pickup_slots, 'slot')} of pickup times "
        f"and {_count(state.incidents, 'incident')}, {state.open_incidents} open."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
