"""The pagers and automations of an installation: what is to be armed, and arming it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from lifeguard.configuration import ConfigurationError
from lifeguard.installing.asking import found
from lifeguard.observe.api import Api, CallFailed
from lifeguard.page.arming_event import announce
from lifeguard.page.automations import declared
from lifeguard.page.explain_rule import EXPLAIN_DEPLOYMENT
from lifeguard.page.pagers import Pager
from lifeguard.page.reconcile import Plan, ours, plan, reconcile
from lifeguard.page.rule_parts import Armed, Automation
from lifeguard.page.stored_pagers import notification_id, pager_for, read_pagers

NOT_YET = "not yet deployed"


@dataclass(frozen=True, slots=True)
class Arming:
    """Whom to page, which pager is new, and the automations of ours that there are."""

    armed: tuple[Armed, ...]
    new: Pager | None
    there: tuple[Automation, ...]

    @property
    def names(self) -> str:
        """The pagers, as a person reads them."""
        return ", ".join(each.pager.name for each in self.armed)

    def plan(self, explain_deployment_id: str | None) -> Plan:
        """What arming would change."""
        return plan(self.rules(explain_deployment_id), self.there) if self.armed else Plan()

    def rules(self, explain_deployment_id: str | None) -> list[Automation]:
        """Every automation that the pagers need."""
        return declared(self.armed, explain_deployment_id=explain_deployment_id)


async def read_arming(api: Api, reference: str | None) -> Arming:
    """What is saved, and the pager that is named; raises `CallFailed`, and `ConfigurationError` for what cannot page."""
    saved = await read_pagers(api)
    new = _new_pager(saved, reference)
    pagers = [*saved, new] if new else saved
    in_order = sorted(pagers, key=lambda pager: pager.name)
    armed = [Armed(pager, await notification_id(api, pager)) for pager in in_order]
    return Arming(tuple(armed), new, tuple(await ours(api)))


async def explain_deployment_id(api: Api) -> str | None:
    """The deployment that explains a run, if it is there; raises `CallFailed` where that cannot be known."""
    row = await found(api, f"deployments/name/{EXPLAIN_DEPLOYMENT}")
    return None if row is None else str(row["id"])


async def arm(api: Api, arming: Arming) -> Plan:
    """Save the new pager and make the automations those that are needed; what was changed. Raises `CallFailed`."""
    if arming.new:
        await _save(arming.new)
    done = await reconcile(api, arming.rules(await explain_deployment_id(api)))
    await announce(api, len(arming.armed), datetime.now(UTC))
    return done


def _new_pager(saved: Sequence[Pager], reference: str | None) -> Pager | None:
    """A name that already pages through another block is not taken over."""
    if reference is None:
        return None
    new = pager_for(reference)
    there = next((pager for pager in saved if pager.name == new.name), None)
    if there and there.notification != reference:
        raise ConfigurationError(
            f"The pager {there.name} pages through {there.notification}: to page through {reference} instead, run "
            f"`prefect block delete pager/{there.name}` first; to page through both, save a Pager of another name in the "
            "Prefect UI under Blocks."
        )
    return None if there else new


async def _save(pager: Pager) -> None:
    """By Prefect's own client, which makes the block's type where the server does not know it yet."""
    from blocks.pager import Pager as PagerBlock

    try:
        await PagerBlock(notification=pager.notification).asave(pager.name)
    except httpx.HTTPError as error:
        raise CallFailed(f"the pager {pager.name} could not be saved: {type(error).__name__}") from error
