"""The pagers that are saved on the server, and the notification blocks that they name, read without Prefect's client."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import visible
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.paging import every_row
from lifeguard.page.pager_settings import BLOCK_TYPE_SLUG, REFERENCE, PagerSettings
from lifeguard.page.pagers import Pager

PAGE_SIZE = 200
NOTIFIES = "notify"
"""The capability that makes a block one that `send-notification` takes (Prefect 3.9.1, `SendNotification`)."""


async def read_pagers(api: Api) -> list[Pager]:
    """Every saved pager, by name; one call. Raises `CallFailed`, and `ConfigurationError` for one that holds nonsense."""
    pagers, complaints = await usable_pagers(api)
    if complaints:
        raise ConfigurationError(complaints[0])
    return pagers


async def usable_pagers(api: Api) -> tuple[list[Pager], list[str]]:
    """The saved pagers, by name, and a sentence about each that holds nonsense; one call. Raises `CallFailed`."""
    body = {"block_types": {"slug": {"any_": [BLOCK_TYPE_SLUG]}}}
    pagers: list[Pager] = []
    complaints: list[str] = []
    for row in await every_row(api, "block_documents/filter", body, PAGE_SIZE):
        try:
            pagers.append(_pager(row))
        except ConfigurationError as error:
            complaints.append(str(error))
    return sorted(pagers, key=lambda pager: pager.name), complaints


def pager_for(reference: str) -> Pager:
    """A new pager that bears the name of its notification block; raises `ConfigurationError` for what names none."""
    if not REFERENCE.fullmatch(reference):
        raise ConfigurationError(
            f"{visible(reference)!r} names no notification block: give TYPE/NAME as `prefect block ls` shows them, such as "
            "slack-webhook/oncall."
        )
    return PagerSettings(notification=reference).named(reference.rpartition("/")[2])


async def notification_id(api: Api, pager: Pager) -> str:
    """The id of the block that sends for a pager.

    Raises `CallFailed`, and `ConfigurationError` where there is no such block or it cannot send.
    """
    slug, _, name = pager.notification.partition("/")
    try:
        document: Mapping[str, Any] = await api.get(f"block_types/slug/{slug}/block_documents/name/{name}")
    except CallFailed as failure:
        if failure.status == 404:
            raise ConfigurationError(_no_such_block(pager)) from None
        raise
    schema: Mapping[str, Any] = document["block_schema"] or {}
    if NOTIFIES not in schema.get("capabilities", ()):
        raise ConfigurationError(
            f"The pager {pager.name} names {pager.notification}, which cannot send: give a notification block."
        )
    return str(document["id"])


def _no_such_block(pager: Pager) -> str:
    return (
        f"The pager {pager.name} names the notification block {pager.notification}, which does not exist: "
        "`prefect block ls` shows those that do, and the Prefect UI makes one under Blocks."
    )


def _pager(row: Mapping[str, Any]) -> Pager:
    name = str(row["name"])
    try:
        return PagerSettings.model_validate(row["data"]).named(name)
    except ValidationError as error:
        first = error.errors()[0]
        field, why = ".".join(map(str, first["loc"])) or "it", first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(
            f"The block pager/{visible(name)} on the server cannot be used ({visible(field)}: {why}): mend it in the "
            f"Prefect UI under Blocks, or remove it with `prefect block delete pager/{visible(name)}`."
        ) from None
