"""Which server of a history is meant."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.configuration import ConfigurationError
from lifeguard.record.tables import SERVERS

SERVERS_NAMED = 5


async def server_id_of(connection: AsyncConnection, name: str) -> int:
    """The id of a server's row; raises `ConfigurationError` for one that the history does not know."""
    own = select(SERVERS.c.id).where(SERVERS.c.name == name)
    server_id = (await connection.execute(own)).scalar_one_or_none()
    if server_id is None:
        names = (await connection.execute(select(SERVERS.c.name).order_by(SERVERS.c.last_look_at.desc()))).scalars()
        raise ConfigurationError(f"There is nothing about {name} in the history; {_known_servers(list(names))}.")
    return server_id


def _known_servers(names: Sequence[str]) -> str:
    if not names:
        return "it begins with the first `lifeguard patrol`"
    more = f" and {len(names) - SERVERS_NAMED} more" if len(names) > SERVERS_NAMED else ""
    return f"it knows {', '.join(names[:SERVERS_NAMED])}{more} (LIFEGUARD_SERVER_NAME says which one is meant)"
