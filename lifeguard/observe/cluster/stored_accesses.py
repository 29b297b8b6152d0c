"""The cluster accesses that are saved on the server, read without Prefect's client."""

from pydantic import ValidationError

from lifeguard.escaping import visible
from lifeguard.observe.api import Api
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.access_settings import BLOCK_TYPE_SLUG, AccessSettings
from lifeguard.observe.paging import Row, every_row

PAGE_SIZE = 200


async def usable_accesses(api: Api) -> tuple[list[Access], list[str]]:
    """The saved accesses, by name, and a sentence about each that holds nonsense; one call. Raises `CallFailed`."""
    body = {"block_types": {"slug": {"any_": [BLOCK_TYPE_SLUG]}}}
    accesses: list[Access] = []
    complaints: list[str] = []
    for row in await every_row(api, "block_documents/filter", body, PAGE_SIZE):
        try:
            accesses.append(AccessSettings.model_validate(row["data"]).named(str(row["name"])))
        except ValidationError as error:
            complaints.append(_complaint(row, error))
    return sorted(accesses, key=lambda access: access.name), complaints


def _complaint(row: Row, error: ValidationError) -> str:
    first = error.errors()[0]
    field, why = ".".join(map(str, first["loc"])) or "it", first["msg"].removeprefix("Value error, ")
    place = f"{BLOCK_TYPE_SLUG}/{visible(str(row['name']))}"
    return (
        f"The block {place} on the server cannot be used ({visible(field)}: {visible(why)}): mend it in the Prefect UI under "
        f"Blocks, or remove it with `prefect block delete {place}`."
    )
