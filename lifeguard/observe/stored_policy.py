"""The policy that is saved on the server as a block, read without Prefect's client: one call, and none to find out."""

from lifeguard.configuration import Source
from lifeguard.facts import Missing
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import attempt

BLOCK_TYPE_SLUG = "watch-policy"
BLOCK_NAME = "lifeguard"
PLACE = f"the block {BLOCK_TYPE_SLUG}/{BLOCK_NAME}"


async def read_stored_policy(api: Api) -> tuple[list[Source], tuple[Missing, ...]]:
    """The values of the block `watch-policy/lifeguard`, none where it does not exist."""
    path = f"block_types/slug/{BLOCK_TYPE_SLUG}/block_documents/name/{BLOCK_NAME}"
    unseen = "; the look goes on without it"
    return await attempt(_values(api, path), list[Source](), lambda why: Missing(PLACE, why + unseen, essential=False))


async def _values(api: Api, path: str) -> list[Source]:
    try:
        document = await api.get(path)
    except CallFailed as failure:
        if failure.status == 404:
            return []
        raise
    return [Source(PLACE, {name: value for name, value in document["data"].items() if value is not None})]
