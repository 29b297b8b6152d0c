"""The block that says where the history is, made from one that holds its address, so that none is typed into a shell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import ValidationError

from lifeguard.configuration import ConfigurationError
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.stored_block import BLOCK_NAME, OBSCURED, stored_block
from lifeguard.record.database import database_at
from lifeguard.record.place import BLOCK_TYPE_SLUG, PLACE

ADDRESS_IN = {BLOCK_TYPE_SLUG: "url", "secret": "value"}
"""The field that holds an address, by the type of the block (`Secret` in prefect.blocks.system, 3.9.1)."""
REFERENCE = re.compile(rf"({'|'.join(ADDRESS_IN)})/([a-z0-9][a-z0-9-]*)")
REFERENCE_TO_OURS = f"{BLOCK_TYPE_SLUG}/{BLOCK_NAME}"


@dataclass(frozen=True, slots=True)
class NewAddress:
    """The address to save, and the block that it was found in."""

    found_in: str
    url: str = field(repr=False)


async def has_history_block(api: Api) -> bool:
    """Whether one is saved under the name that patrols look for; raises `CallFailed`."""
    return await stored_block(api, BLOCK_TYPE_SLUG) is not None


async def address_to_save(api: Api, reference: str | None) -> NewAddress | None:
    """The address that is to be saved, None where nothing is.

    Raises `ConfigurationError` for a block that does not exist or holds no address, and where another address is saved.
    """
    if reference is None:
        return None
    wanted = await _address_in(api, reference)
    held = await stored_block(api, BLOCK_TYPE_SLUG, with_secrets=True)
    if held is None:
        return NewAddress(reference, wanted)
    if held.get("url") != wanted:
        raise ConfigurationError(
            f"{PLACE[:1].upper()}{PLACE[1:]} holds another address than {reference}: delete it first with `prefect block "
            f"delete {REFERENCE_TO_OURS}`, or leave --database-block out."
        )
    return None


async def save(new: NewAddress) -> None:
    """Save it under the name that patrols look for, by Prefect's own client; raises `CallFailed`."""
    from blocks.history_database import HistoryDatabase

    try:
        await HistoryDatabase.model_validate({"url": new.url}).asave(BLOCK_NAME, overwrite=True)
    except (httpx.HTTPError, ValidationError) as error:
        raise CallFailed(f"{PLACE} could not be saved: {type(error).__name__}") from None


async def _address_in(api: Api, reference: str) -> str:
    named = REFERENCE.fullmatch(reference)
    if named is None:
        raise ConfigurationError(
            "--database-block takes the name of a block that holds the address, and not an address: give secret/NAME or "
            f"{BLOCK_TYPE_SLUG}/NAME as `prefect block ls` shows them."
        )
    held = await stored_block(api, named[1], named[2], with_secrets=True)
    if held is None:
        raise ConfigurationError(
            f"There is no block {reference}: `prefect block ls` shows those that there are, and `prefect block create "
            f"{named[1]}` says where to make one."
        )
    return _usable(held, ADDRESS_IN[named[1]], reference)


def _usable(held: Mapping[str, Any], name: str, reference: str) -> str:
    url = held.get(name)
    if not isinstance(url, str) or url.startswith(OBSCURED):
        raise ConfigurationError(
            f"The block {reference} was not handed out: give this API key the right to see secrets."
        )
    database_at(url, f"the block {reference}")
    return url
