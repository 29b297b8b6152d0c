"""A block of ours that is saved on the server, read without Prefect's client: one call, and none to find out."""

from collections.abc import Mapping
from typing import Any

from lifeguard.observe.api import Api, CallFailed

BLOCK_NAME = "lifeguard"
"""The name under which each of our blocks is looked for."""


def place_of(slug: str) -> str:
    """How a person calls the block of this type."""
    return f"the block {slug}/{BLOCK_NAME}"


async def stored_block(api: Api, slug: str, *, with_secrets: bool = False) -> Mapping[str, Any] | None:
    """What the block of this type holds, None where it does not exist; raises `CallFailed` where that is not known."""
    path = f"block_types/slug/{slug}/block_documents/name/{BLOCK_NAME}"
    try:
        document = await api.get(f"{path}?include_secrets=true" if with_secrets else path)
    except CallFailed as failure:
        if failure.status == 404:
            return None
        raise
    held: Mapping[str, Any] = document["data"]
    return held
