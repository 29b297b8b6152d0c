"""What `lifeguard install` made, remembered on the server so that `lifeguard uninstall` takes back that and nothing else.

It is a Prefect variable: it lives as long as the server's database, is the same for everybody who installs or uninstalls
from any machine, shows in the UI, and no deployment, worker or person overwrites it by the way, as they do descriptions
and tags. It is written before anything else is changed, so that what was half done is known too.
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from lifeguard.configuration import ConfigurationError
from lifeguard.installing.asking import found, removed
from lifeguard.observe.api import Api

VARIABLE = "lifeguard_install"
PATH = f"variables/name/{VARIABLE}"


class Memory(BaseModel):
    """The names of what an installation made, and the ids of the automations of ours that were there before it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pools: tuple[str, ...] = ()
    block_types: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    automations_before: tuple[str, ...] = ()

    def with_made(self, **names: tuple[str, ...]) -> Self:
        """The same, and these; what is there twice is kept once."""
        added = {field: tuple(dict.fromkeys((*getattr(self, field), *more))) for field, more in names.items()}
        return self.model_copy(update=added)

    def without(self, **names: tuple[str, ...]) -> Self:
        """The same without these."""
        left = {
            field: tuple(name for name in getattr(self, field) if name not in gone) for field, gone in names.items()
        }
        return self.model_copy(update=left)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of what was made."""
        return not (self.pools or self.block_types or self.blocks or self.deployments or self.flows)


async def recall(api: Api) -> Memory | None:
    """What was made, None where nothing was; raises `CallFailed`, and `ConfigurationError` for what somebody wrote."""
    row = await found(api, PATH)
    if row is None:
        return None
    try:
        return Memory.model_validate(row["value"])
    except ValidationError:
        raise ConfigurationError(
            f"The variable {VARIABLE} on the server does not hold what `lifeguard install` wrote: put it right in the "
            f"Prefect UI under Variables, or forget what was installed with `prefect variable delete {VARIABLE}`."
        ) from None


async def remember(api: Api, memory: Memory, before: Memory | None) -> None:
    """Write it down; raises `CallFailed`."""
    if memory == before:
        return
    value: Mapping[str, Any] = memory.model_dump(mode="json")
    if before is None:
        await api.change("POST", "variables/", {"name": VARIABLE, "value": value, "tags": ["lifeguard"]})
    else:
        await api.change("PATCH", PATH, {"value": value})


async def forget(api: Api) -> None:
    """Remove it; raises `CallFailed`."""
    await removed(api, PATH)
