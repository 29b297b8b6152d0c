"""`lifeguard arm` and `disarm`: the automations on the server that make pages of events are put up, and taken down."""

import os
from collections.abc import Awaitable, Callable
from functools import partial

from lifeguard.commands.arming_words import told
from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.installing.arming import arm, explain_deployment_id, read_arming
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.page.reconcile import ours, plan, reconcile
from lifeguard.report.terminal import standard_output


def run_arm(reference: str | None, *, dry_run: bool) -> Status:
    """Save the pager that is named, if one is, and arm all that are saved; raises `ConfigurationError`."""
    return run_async(_with_api, partial(_arm, reference=reference, dry_run=dry_run))


def run_disarm(*, dry_run: bool) -> Status:
    """Remove every automation of ours, and no pager."""
    return run_async(_with_api, partial(_disarm, dry_run=dry_run))


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
    server, arming = api.connection.shown_url, await read_arming(api, reference)
    if not arming.armed:
        raise ConfigurationError(
            f"No pager is saved on {server}: name a notification block that `prefect block ls` shows, "
            "as in `lifeguard arm --pager slack-webhook/oncall`."
        )
    pagers = [each.pager for each in arming.armed]
    done = arming.plan(await explain_deployment_id(api)) if dry_run else await arm(api, arming)
    return told(done, pagers, server, dry_run)


async def _disarm(api: Api, dry_run: bool) -> str:
    done = plan((), await ours(api)) if dry_run else await reconcile(api, ())
    return told(done, (), api.connection.shown_url, dry_run)


def _print(text: str) -> None:
    standard_output().print(text, soft_wrap=True, markup=False, highlight=False)
