"""Whom a patrol pages: the pagers that are saved, as far as they could be read and used."""

from dataclasses import dataclass

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.page.pagers import Pager
from lifeguard.page.stored_pagers import usable_pagers


@dataclass(frozen=True, slots=True)
class Whom:
    """The pagers, a sentence about each that holds nonsense, and why they could not be read where they could not."""

    pagers: tuple[Pager, ...] = ()
    complaints: tuple[str, ...] = ()
    unknown_because: str | None = None


async def whom_to_page(api: Api) -> Whom:
    """Read the pagers; one call. Never raises."""
    try:
        pagers, complaints = await usable_pagers(api)
    except CallFailed as failure:
        return Whom(unknown_because=failure.reason)
    except ANOTHER_SHAPE:
        return Whom(unknown_because="the answer is not what Prefect answers")
    return Whom(tuple(pagers), tuple(complaints))
