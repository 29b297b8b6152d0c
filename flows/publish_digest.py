"""The digest: once a day, what the history says of the last days, as an artifact that people open in the morning.

Uptime of every work pool, what each cause cost, how long runs waited to be picked up, which deployments were held up,
what changed, and which of Prefect's settings are risky. It reads the history, and asks the server for the names of held-up
runs' deployments and, as `lifeguard settings` does, for its settings and pools.
"""

import os
from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run, task_run
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed
from pydantic import Field

from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.publishing import publish
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.place import chosen_database
from lifeguard.report.shelf import Author
from lifeguard.review.outcome import Review
from lifeguard.reviewing import reviewed_or_why_not

LONGEST_DAYS = 90


@flow(name="publish_digest", description=__doc__, persist_result=False, timeout_seconds=600)
async def publish_digest(days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 1) -> State[None]:
    """Write what the last `days` came to; fails only where nothing can be told, or the server does not take it."""
    sources = local_sources(None, os.environ)
    try:
        async with Api(connection_from_prefect(), merged(sources)) as api:
            look, snapshot = await settle(api, sources, (), lambda _: None, utc_now())
            database = await chosen_database(api, os.environ, get_current_settings().home)
            server = look.policy.server_name or snapshot.server.api_url
            settings = await reviewed_or_why_not(api, look, snapshot, os.environ)
            done = await cast(
                Awaitable[State[None]],
                write(api, database, server, snapshot.taken_at, days, settings, return_state=True),
            )
    except (ConfigurationError, HistoryUnavailable) as reason:
        return Failed(message=str(reason))
    return Completed(message=done.message) if done.is_completed() else Failed(message=done.message)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
async def write(
    api: Api, database: Database, server: str, until: datetime, days: int, settings: Review | str
) -> State[None]:
    """Read the history and write the page, or say why not."""
    try:
        published = await publish(api, database, server, until, days, Author(flow_run.id, task_run.id), settings)
    except HistoryUnavailable as unavailable:
        return Failed(message=str(unavailable))
    except CallFailed as failure:
        return Failed(message=f"The digest could not be written: the server answers {failure.reason}; run it again.")
    return Completed(message=published.sentence)


if __name__ == "__main__":
    import anyio

    anyio.run(publish_digest)
