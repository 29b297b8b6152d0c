"""A block for us that is saved on the server, read without Prefect's client: one call, and none to find out."""

from collections.abc import Mapping
from typing import Any

from lifeguard.observe.api import Api, CallFailed

BLOCK_NAME = "lifeguard"
"""The name under which a block of a type of our own is looked for."""

OBSCURED = "*" * 4
"""How a secret begins that Prefect does not hand out to those who may not see it."""


def place_of(slug: str, name: str = BLOCK_NAME) -> str:
    """How a person calls the block of this type."""
    return f"the block {slug}/{name}"


async def stored_block(
    api: Api, slug: str, name: str = BLOCK_NAME, *, with_secrets: bool = False
) -> Mapping[str, Any] | None:
    """What the block of this type holds, None where it does not exist; raises `CallFailed` where that is not known."""
    path = f"block_types/slug/{slug}/block_documents/name/{name}"
    try:
        document = await api.get(f"{path}?include_secrets=true" if with_secrets else path)
    except CallFailed as failure:
        if failure.status == 404:
            return None
        raise
    held: Mapping[str, Any] = document["data"]
    return held
