"""The settings of the API's own process (`/admin/settings`), and how many deployments large Kubernetes pools have.

Other processes of the server may be set otherwise, and no API tells the settings of workers (causes.md, section 3).
"""

from collections.abc import Mapping
from typing import Any, cast

from lifeguard.facts import Pool
from lifeguard.observe.answers import duration
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.settings import Settings
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot

KUBERNETES = "kubernetes"
DEPLOYMENTS = "number of deployments"


async def told_settings(api: Api) -> tuple[Settings | None, tuple[Missing, ...]]:
    """What the server tells; None where it tells nothing, with the reason."""
    return await attempt(_told(api), None, lambda why: Missing(SERVER_SETTINGS, why, essential=False))


async def _told(api: Api) -> Settings | None:
    answer = await api.get("admin/settings")
    return Settings(flat(answer["server"], "server."))


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """By dotted path, with durations (PT15S) in seconds."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found |= flat(cast(Mapping[str, Any], value), f"{prefix}{name}.")
        else:
            found[prefix + name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    seconds = duration(value) if isinstance(value, str) and value[:1] == "P" else None
    return value if seconds is None else seconds


async def count_deployments(api: Api, snapshot: Snapshot, more_than: int) -> tuple[dict[str, int], tuple[Missing, ...]]:
    """By the id of each Kubernetes pool; one call, and one for each pool where there are more than so many in all."""
    reading = _counted(api, [pool for pool in snapshot.pools if pool.type == KUBERNETES], more_than)
    nothing = dict[str, int]()
    return await attempt(reading, nothing, lambda why: Missing(DEPLOYMENTS, why, essential=False))


async def _counted(api: Api, pools: list[Pool], more_than: int) -> dict[str, int]:
    if not pools or await api.post("deployments/count", {}) <= more_than:
        return {}
    return {pool.id: await api.post("deployments/count", {"work_pools": {"id": {"any_": [pool.id]}}}) for pool in pools}
