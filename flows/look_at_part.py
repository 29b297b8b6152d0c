"""One part of a patrol that looks in parts: the workers and runs of some work pools, left in the history for the patrol.

Patrols start these runs themselves, with the parameter `shards`; by hand there is nothing to do here.
"""

import os

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed

from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.letters import Unreadable
from lifeguard.observe.api import Api
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.record.place import chosen_database
from lifeguard.sharding.taking_part import NotWanted, look_at_share


@flow(name="look_at_part", description=__doc__, persist_result=False, timeout_seconds=600, retries=1)
async def look_at_part(patrol: str = "", part: int = 0) -> State[None]:
    """Look at the part with this number of the patrol with this id; begun again, it goes on after its last stage."""
    logger = get_run_logger()
    try:
        async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
            database = await chosen_database(api, os.environ, get_current_settings().home, writes=True)
            share = await look_at_share(api, database, patrol, part, lambda line: logger.info("%s", line))
    except (ConfigurationError, NotWanted) as reason:
        return Failed(message=str(reason))
    except Unreadable as reason:
        return Failed(message=f"Part {part} cannot be read: {reason}; deploy the patrol and its parts anew, together.")
    picture = share.picture
    return Completed(message=f"{share.name}: {len(picture.pools)} work pools seen with {picture.api_calls} API calls")


if __name__ == "__main__":
    import anyio

    anyio.run(look_at_part)
