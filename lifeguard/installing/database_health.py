"""Can the database of the history be used, and does it outlive the runs that write to it?"""

from lifeguard.installing.health import Part, counted
from lifeguard.installing.looking import Looking
from lifeguard.installing.pool_choice import runs_in_containers
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable, NoHistoryYet
from lifeguard.record.place import chosen_database
from lifeguard.record.state import HistoryState, state_of

DATABASE = "database"


async def database_part(looking: Looking) -> Part:
    """As `lifeguard db status` finds it; raises `ConfigurationError` for an address that is none."""
    database = await chosen_database(looking.api, looking.environment, looking.home)
    containers = [each.name for each in looking.pools if each.pool and runs_in_containers(each.pool.type)]
    if database.is_default and containers:
        says = f"the history is a file, which is gone with each container of {containers[0]!r}"
        return Part(DATABASE, False, says, ("lifeguard install --pool NAME --database-block secret/NAME",))
    try:
        return Part(DATABASE, True, _held(database, await state_of(database)))
    except NoHistoryYet:
        return Part(DATABASE, True, f"{database.shown} holds nothing yet")
    except HistoryUnavailable as error:
        says = f"{database.shown} cannot be used: {error.trouble.reason}"
        return Part(DATABASE, False, says, (error.trouble.way_out, "lifeguard db status"))


def _held(database: Database, state: HistoryState) -> str:
    newest = f", the last at {state.newest_patrol_at:%Y-%m-%d %H:%M:%S} UTC" if state.newest_patrol_at else ""
    patrols, incidents = counted(state.patrols, "patrol"), counted(state.open_incidents, "open incident")
    return f"{database.shown} holds {patrols}{newest}, and {incidents}"
