"""Retention: once a day, what is older than the policy keeps becomes hours, or goes.

It deletes by the policy that the server holds and by the server's own clock, never by a guess: where one of them is not
known, it fails and nothing goes.
"""

import os
from collections.abc import Awaitable
from datetime import datetime
from typing import cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed

from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.stored_policy import PLACE
from lifeguard.policy import Policy
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable, NoHistoryYet
from lifeguard.record.place import chosen_database
from lifeguard.record.retention import prune


class PolicyUnknown(Exception):
    """Nobody can say what is to be kept."""


@flow(name="prune_history", description=__doc__, persist_result=False, timeout_seconds=6 * 3600)
async def prune_history(dry_run: bool = True) -> State[None]:
    """Delete what the policy no longer keeps; a dry run only counts it. Fails where the history cannot be used."""
    try:
        async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
            policy, now = await what_to_keep(api)
            database = await chosen_database(api, os.environ, get_current_settings().home, writes=True)
    except (PolicyUnknown, ConfigurationError, HistoryUnavailable) as reason:
        return Failed(message=str(reason))
    done = await cast(Awaitable[State[None]], forget(database, policy, now, dry_run, return_state=True))
    return Completed(message=done.message) if done.is_completed() else Failed(message=done.message)


async def what_to_keep(api: Api) -> tuple[Policy, datetime]:
    """The policy in force and the server's time; raises `PolicyUnknown`."""
    look, snapshot = await settle(api, local_sources(None, os.environ), (), lambda _: None, utc_now())
    unseen = [missing.reason for missing in snapshot.missing if missing.what == PLACE]
    if unseen or not snapshot.can_go_on:
        reason = unseen[0].partition(";")[0] if unseen else snapshot.server.not_ready_because
        raise PolicyUnknown(
            f"Nothing was deleted: what to keep is not known, since {PLACE} could not be read ({reason})."
        )
    return look.policy, snapshot.taken_at


@task(name="prune", cache_policy=NO_CACHE, persist_result=False)
async def forget(database: Database, policy: Policy, now: datetime, dry_run: bool) -> State[None]:
    """Delete, or count, and say how many rows of each table. A history that has not begun is nothing broken."""
    try:
        pruned = await prune(database, policy, now, dry_run=dry_run)
    except NoHistoryYet as empty:
        return Completed(message=str(empty))
    except HistoryUnavailable as unavailable:
        return Failed(message=str(unavailable))
    logger = get_run_logger()
    for table, rows in pruned.by_table.items():
        logger.info("%s: %s rows %s", table, f"{rows:,}", "would go" if dry_run else "deleted")
    return Completed(message=pruned.words(dry_run=dry_run))


if __name__ == "__main__":
    import anyio

    anyio.run(prune_history)
