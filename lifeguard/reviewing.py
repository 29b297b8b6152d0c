"""Reviewing Prefect's settings: they and the estate are read, in a few calls, and judged. Nothing is written."""

from collections.abc import Mapping
from dataclasses import replace

from lifeguard.configuration import ConfigurationError
from lifeguard.diagnose.scene import Scene
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.look import Look, count_pool_workers, inspect_work_pools, with_price
from lifeguard.observe.own_settings import own_settings
from lifeguard.observe.told_settings import count_deployments, told_settings
from lifeguard.review.desk import Desk
from lifeguard.review.kubernetes import MOST_DEPLOYMENTS
from lifeguard.review.outcome import Review, reviewed
from lifeguard.settings import Settings
from lifeguard.snapshot import SERVER_SETTINGS, Missing, Snapshot


async def review_settings(api: Api, look: Look, snapshot: Snapshot, environment: Mapping[str, str]) -> Review:
    """Read and judge; `snapshot` is that of a server that was reached and can be asked."""
    server, untold = await _told(api, snapshot)
    for stage in (inspect_work_pools, count_pool_workers):
        snapshot = await stage(look, snapshot)
    deployments, uncounted = await count_deployments(api, snapshot, MOST_DEPLOYMENTS)
    others = tuple(each for each in snapshot.missing if each.what != SERVER_SETTINGS)
    snapshot = with_price(look, replace(snapshot, missing=(*others, *untold, *uncounted)))
    own = own_settings(api.connection, environment)
    return reviewed(Desk(Scene(snapshot, look.policy, snapshot.taken_at), server, own, deployments))


async def reviewed_or_why_not(api: Api, look: Look, snapshot: Snapshot, environment: Mapping[str, str]) -> Review | str:
    """The same for those who go on without it: where it failed, the reason."""
    if not snapshot.can_go_on:
        return snapshot.server.not_ready_because or "the server is not ready"
    try:
        return await review_settings(api, look, snapshot, environment)
    except CallFailed as failure:
        return failure.reason
    except ANOTHER_SHAPE:
        return "the answer is not what Prefect answers"
    except ConfigurationError as refused:
        return str(refused)


async def _told(api: Api, snapshot: Snapshot) -> tuple[Settings | None, tuple[Missing, ...]]:
    """What was not told a moment ago is not asked for again: Prefect Cloud never tells."""
    known = tuple(missing for missing in snapshot.missing if missing.what == SERVER_SETTINGS)
    return (None, known) if known else await told_settings(api)
