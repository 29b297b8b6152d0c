"""The policy that is saved on the server as a block, read without Prefect's client: one call, and none to find out."""

from lifeguard.configuration import Source
from lifeguard.facts import Missing
from lifeguard.observe.api import Api, CallFailed

BLOCK_TYPE_SLUG = "watch-policy"
BLOCK_NAME = "lifeguard"
PLACE = f"the block {BLOCK_TYPE_SLUG}/{BLOCK_NAME}"


async def read_stored_policy(api: Api) -> tuple[list[Source], tuple[Missing, ...]]:
    """The values of the block `watch-policy/lifeguard`, none where it does not exist."""
    path = f"block_types/slug/{BLOCK_TYPE_SLUG}/block_documents/name/{BLOCK_NAME}"
    try:
        document = await api.get(path)
    except CallFailed as failure:
        unseen = Missing(PLACE, f"{failure.reason}; the policy goes on without it", essential=False)
        return [], () if failure.status == 404 else (unseen,)
    values = {name: value for name, value in document["data"].items() if value is not None}
    return [Source(PLACE, values)], ()
