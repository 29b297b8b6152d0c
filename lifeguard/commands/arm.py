"""`lifeguard arm` and `disarm`: the automations on the server that make pages of events are put up, and taken down."""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import anyio
import httpx

from lifeguard.commands.arming_words import told
from lifeguard.commands.progress import complain
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.page.arming_event import announce
from lifeguard.page.automations import declared
from lifeguard.page.explain_rule import EXPLAIN_DEPLOYMENT
from lifeguard.page.pagers import Pager
from lifeguard.page.reconcile import ours, plan, reconcile
from lifeguard.page.rule_parts import Armed
from lifeguard.page.stored_pagers import notification_id, pager_for, read_pagers
from lifeguard.report.terminal import standard_output


def run_arm(reference: str | None, *, dry_run: bool) -> Status:
    """Save the pager that is named, if one is, and arm all that are saved; raises `ConfigurationError`."""
    return anyio.run(_with_api, partial(_arm, reference=reference, dry_run=dry_run))


def run_disarm(*, dry_run: bool) -> Status:
    """Remove every automation of ours, and no pager."""
    return anyio.run(_with_api, partial(_disarm, dry_run=dry_run))


async def _with_api(act: Callable[[Api], Awaitable[str]]) -> Status:
    async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
        try:
            sentence = await act(api)
        except CallFailed as failure:
            complain(
                f"{api.connection.shown_url} did not do what was asked ({failure.reason}); run this again once "
                "`lifeguard check` finds it reachable."
            )
            return Status.COULD_NOT_LOOK
    _print(sentence)
    return Status.FINE


async def _arm(api: Api, reference: str | None, dry_run: bool) -> str:
    saved = await read_pagers(api)
    pagers = _with_named(saved, reference) if reference else saved
    if not pagers:
        raise ConfigurationError(
            f"No pager is saved on {api.connection.shown_url}: name a notification block that `prefect block ls` shows, "
            "as in `lifeguard arm --pager slack-webhook/oncall`."
        )
    armed = [Armed(pager, await notification_id(api, pager)) for pager in pagers]
    wanted = declared(armed, explain_deployment_id=await _explain_deployment_id(api))
    if dry_run:
        return told(plan(wanted, await ours(api)), pagers, api.connection.shown_url, dry_run)
    for pager in pagers:
        if pager not in saved:
            await _save(pager)
    done = await reconcile(api, wanted)
    await announce(api, len(pagers), datetime.now(UTC))
    return told(done, pagers, api.connection.shown_url, dry_run)


async def _explain_deployment_id(api: Api) -> str | None:
    """The deployment that explains a run, if it is there; raises `CallFailed` where that cannot be known."""
    try:
        found = await api.get(f"deployments/name/{EXPLAIN_DEPLOYMENT}")
    except CallFailed as failure:
        if failure.status == 404:
            return None
        raise
    return str(found["id"])


async def _disarm(api: Api, dry_run: bool) -> str:
    done = plan((), await ours(api)) if dry_run else await reconcile(api, ())
    return told(done, (), api.connection.shown_url, dry_run)


def _with_named(saved: list[Pager], reference: str) -> list[Pager]:
    """The saved pagers and this one; a name that already pages through another block is not taken over."""
    new = pager_for(reference)
    there = next((pager for pager in saved if pager.name == new.name), None)
    if there is None:
        return sorted([*saved, new], key=lambda pager: pager.name)
    if there.notification != reference:
        raise ConfigurationError(
            f"The pager {there.name} pages through {there.notification}: to page through {reference} instead, run "
            f"`prefect block delete pager/{there.name}` first; to page through both, save a Pager of another name in the "
            "Prefect UI under Blocks."
        )
    return saved


async def _save(pager: Pager) -> None:
    """By Prefect's own client, which makes the block's type where the server does not know it yet."""
    from blocks.pager import Pager as PagerBlock

    severities = [severity.value for severity in sorted(pager.severities, key=lambda each: -each.rank)]
    block = PagerBlock.model_validate(
        {"notification": pager.notification, "severities": severities, "pools": list(pager.pools)}
    )
    try:
        await block.asave(pager.name)
    except httpx.HTTPError as error:
        raise CallFailed(f"the pager {pager.name} could not be saved: {type(error).__name__}") from error


def _print(text: str) -> None:
    standard_output().print(text, soft_wrap=True, markup=False, highlight=False)
