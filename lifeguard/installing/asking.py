"""Asking for what may not be there, and removing what may be gone already."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lifeguard.observe.api import Api, CallFailed

Row = Mapping[str, Any]

NOT_FOUND = 404


async def found(api: Api, path: str) -> Row | None:
    """What is at a path, None where nothing is; raises `CallFailed` where that is not known."""
    try:
        row: Row = await api.get(path)
    except CallFailed as failure:
        if failure.status == NOT_FOUND:
            return None
        raise
    return row


async def removed(api: Api, path: str) -> None:
    """Remove what is at a path; that somebody else did so is just as well. Raises `CallFailed`."""
    try:
        await api.change("DELETE", path)
    except CallFailed as failure:
        if failure.status != NOT_FOUND:
            raise


def quoted(name: str) -> str:
    """A name as part of a path."""
    return quote(name, safe="")
