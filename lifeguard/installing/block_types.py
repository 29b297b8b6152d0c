"""The block types of ours: which are not yet on the server as they are here, and putting them there."""

from collections.abc import Sequence
from typing import Any

import httpx
from prefect.blocks.core import Block

from blocks.cluster_access import ClusterAccess
from blocks.history_database import HistoryDatabase
from blocks.pager import Pager
from blocks.watch_policy import WatchPolicy
from lifeguard.installing.asking import found
from lifeguard.installing.changes import Change, Verb
from lifeguard.observe.api import Api, CallFailed

OURS: Sequence[type[Block]] = (WatchPolicy, HistoryDatabase, Pager, ClusterAccess)
CHECKSUM, LOGO, DOCUMENTATION = "_calculate_schema_checksum", "_logo_url", "_documentation_url"
"""What Prefect itself compares and does not tell in public (`register_type_and_schema` in prefect.blocks.core, 3.9.1)."""


async def compare_block_types(api: Api) -> dict[str, Change]:
    """What registering would do to each type, by its slug; raises `CallFailed`."""
    return {block.get_block_type_slug(): await _compare(api, block) for block in OURS}


async def _compare(api: Api, block: type[Block]) -> Change:
    slug = block.get_block_type_slug()
    there = await found(api, f"block_types/slug/{slug}")
    if there is None:
        return Change(Verb.CREATE, f"block type {slug}")
    schema = await found(api, f"block_schemas/checksum/{getattr(block, CHECKSUM)()}")
    is_same = schema is not None and all(there.get(name) == value for name, value in _described(block).items())
    return Change(Verb.KEEP if is_same else Verb.UPDATE, f"block type {slug}")


def _described(block: type[Block]) -> dict[str, Any]:
    addresses = {"logo_url": getattr(block, LOGO), "documentation_url": getattr(block, DOCUMENTATION)}
    return {
        "description": block.get_description(),
        "code_example": block.get_code_example(),
        **{name: str(url) if url else None for name, url in addresses.items()},
    }


async def register(slug: str) -> None:
    """Register one type by Prefect's own client; raises `CallFailed`."""
    block = next(each for each in OURS if each.get_block_type_slug() == slug)
    try:
        await block.aregister_type_and_schema()
    except httpx.HTTPError as error:
        raise CallFailed(f"the block type {slug} could not be registered: {type(error).__name__}") from error
