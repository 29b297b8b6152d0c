"""Looking over an installation: each part is read by itself, so that what cannot be seen hides nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lifeguard.configuration import Source
from lifeguard.facts import Server
from lifeguard.installing.automations_health import AUTOMATIONS, automations_part
from lifeguard.installing.blocks_health import BLOCKS, blocks_part
from lifeguard.installing.database_health import DATABASE, database_part
from lifeguard.installing.deployments_health import SeenPool, deployments_part, pool_part, pools_in_use
from lifeguard.installing.health import Part, seen
from lifeguard.installing.looking import Looking
from lifeguard.installing.patrol_health import FLOW, PATROL, SeenPatrols, patrol_part, read_patrols
from lifeguard.installing.project import Declared
from lifeguard.installing.survey import deployments, live_workers, pool_named, reach
from lifeguard.observe.api import Api
from lifeguard.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Health:
    """The server, its parts, and the times of the patrols where they could be seen."""

    server: Server
    parts: tuple[Part, ...]
    snapshot: Snapshot
    patrols: SeenPatrols | None


async def look_over(
    api: Api, sources: Sequence[Source], declared: Sequence[Declared], environment: Mapping[str, str], home: Path
) -> Health:
    """Look at all parts; raises `CallFailed` where the server is not there, and `ConfigurationError`."""
    snapshot = await reach(api, sources)
    there = await deployments(api, [each.full_name for each in declared])
    pools = tuple([await _pool(api, snapshot, name) for name in pools_in_use(there)])
    looking = Looking(api, snapshot, declared, there, pools, environment, home, sources)
    patrols: list[SeenPatrols] = []
    parts = (
        deployments_part(declared, there),
        _pool_part(looking),
        await seen(AUTOMATIONS, partial(automations_part, looking)),
        await seen(BLOCKS, partial(blocks_part, looking)),
        await seen(DATABASE, partial(database_part, looking)),
        await seen(PATROL, partial(_patrol, looking, patrols)),
    )
    return Health(snapshot.server, parts, snapshot, patrols[0] if patrols else None)


async def _pool(api: Api, snapshot: Snapshot, name: str) -> SeenPool:
    pool = await pool_named(api, name)
    return SeenPool(name, pool, await live_workers(api, snapshot, pool) if pool else 0)


def _pool_part(looking: Looking) -> Part:
    server = looking.snapshot.server
    patience = server.settings.deployment_polled_timeout_seconds
    return pool_part(looking.pools, looking.there, looking.snapshot.taken_at, patience, is_cloud=server.is_cloud)


async def _patrol(looking: Looking, patrols: list[SeenPatrols]) -> Part:
    now, row = looking.snapshot.taken_at, looking.there.get(f"{FLOW}/{FLOW}")
    patrols.append(await read_patrols(looking.api, row, now))
    return patrol_part(patrols[0], now)
