"""The policy that is saved on the server as a block."""

from lifeguard.configuration import Source
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.stored_block import place_of, stored_block
from lifeguard.snapshot import Missing

BLOCK_TYPE_SLUG = "watch-policy"
PLACE = place_of(BLOCK_TYPE_SLUG)


async def read_stored_policy(api: Api) -> tuple[list[Source], tuple[Missing, ...]]:
    """The values of the block `watch-policy/lifeguard`, none where it does not exist."""
    unseen = "; the look goes on without it"
    return await attempt(_values(api), list[Source](), lambda why: Missing(PLACE, why + unseen, essential=False))


async def _values(api: Api) -> list[Source]:
    held = await stored_block(api, BLOCK_TYPE_SLUG)
    return [Source(PLACE, {name: value for name, value in held.items() if value is not None})] if held else []
