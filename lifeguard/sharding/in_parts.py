"""A look in parts, from the side of the patrol: hand them out, look at what concerns all pools, and put all together."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lifeguard.configuration import ConfigurationError
from lifeguard.memory import NOTHING_KNOWN
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.in_parts import look_after_parts, look_beside_parts, look_outside_pools
from lifeguard.observe.look import Look
from lifeguard.parts.share import Share, split, with_bounds
from lifeguard.parts.together import together
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.part_rows import write_parts
from lifeguard.record.place import chosen_database
from lifeguard.sharding.gathering import HandedOut, gathered
from lifeguard.sharding.runs import DEPLOYMENT, PartRun, deployment_id, start_run
from lifeguard.snapshot import Snapshot

PARTS_AT_MOST = 16
"""As many runs as the deployment `look_at_part` may have at once, for two patrols that overlap."""

ONE_FILE = (
    "the history is in the default file, which no other machine has: name a database that all parts reach, with the block "
    "history-database/lifeguard or LIFEGUARD_DATABASE_URL"
)


class NotInParts(Exception):
    """The look cannot be done in parts; the message says why and what to do, as half a sentence."""


async def look_in_parts(
    look: Look,
    snapshot: Snapshot,
    patrol_id: str,
    parts: int,
    prefect_home: Path,
    now: datetime,
    chosen: Database | None = None,
) -> Snapshot:
    """The stages after the first, which listed the pools, done in parts. Raises `NotInParts` before any part is started.

    `chosen` is the database that the patrol has chosen already. What is seen in parts leaves no memory.
    """
    policy = with_bounds(look.policy, parts, look.api.calls_left)
    shares = split(snapshot, policy, parts)
    if len(shares) < 2:
        raise NotInParts("there are not two work pools to look at")
    look.api.wait_for_others(look.policy.parts_within_seconds)
    database = await _shared_database(look.api, os.environ, prefect_home, chosen)
    handed_out = await _hand_out(look.api, database, shares, patrol_id, now)
    beside = await look_beside_parts(look, snapshot)
    outside = await look_outside_pools(look, snapshot)
    pieces = await gathered(look.api, handed_out, look.policy.parts_within_seconds)
    seen = await look_after_parts(look, together(beside, [outside, *pieces]))
    return replace(seen, memory=NOTHING_KNOWN)


async def _hand_out(api: Api, database: Database, shares: Sequence[Share], patrol_id: str, now: datetime) -> HandedOut:
    deployment = await _deployment(api)
    try:
        await write_parts(database, patrol_id, shares, now)
    except HistoryUnavailable as unavailable:
        raise NotInParts(str(unavailable).rstrip(".")) from None
    return await _started(api, database, deployment, shares, patrol_id)


async def _shared_database(
    api: Api, environment: Mapping[str, str], prefect_home: Path, chosen: Database | None
) -> Database:
    try:
        database = chosen or await chosen_database(api, environment, prefect_home, writes=True)
    except (HistoryUnavailable, ConfigurationError) as unavailable:
        raise NotInParts(str(unavailable).rstrip(".")) from None
    if database.is_default:
        raise NotInParts(ONE_FILE)
    return database


async def _deployment(api: Api) -> str:
    try:
        found = await deployment_id(api)
    except (CallFailed, *ANOTHER_SHAPE):
        found = None
    if found is None:
        raise NotInParts(f"the deployment {DEPLOYMENT} is not there: put it up with `lifeguard install`")
    return found


async def _started(api: Api, database: Database, deployment: str, shares: Sequence[Share], patrol_id: str) -> HandedOut:
    runs, not_started = dict[int, PartRun](), dict[int, str]()
    for share in shares:
        try:
            runs[share.number] = await start_run(api, deployment, patrol_id, share.number, share.of)
            api.lend(share.policy.call_ceiling)
        except CallFailed as failure:
            not_started[share.number] = failure.reason
        except ANOTHER_SHAPE:
            not_started[share.number] = "the answer is not what Prefect answers"
    return HandedOut(patrol_id, database, shares, runs, not_started)
