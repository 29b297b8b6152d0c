"""Pagers that are saved on a server, as the block that a user fills in, and gone afterwards."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.pager import Pager


@contextmanager
def saved_pager(api_url: str, name: str, **settings: Any) -> Generator[str, None, None]:
    """A pager that sends through the custom webhook of its own name."""
    with temporary_settings({PREFECT_API_URL: api_url}):
        Pager.model_validate({"notification": f"custom-webhook/{name}", **settings}).save(name)
        try:
            yield name
        finally:
            Pager.delete(name)
