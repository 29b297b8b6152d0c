"""The patrol: one complete look at the estate, every minute. Look, judge, remember, then report what was found.

The stages of the look are those of `lifeguard.observe.look`; here they are tasks, so that the Prefect UI shows what is
being done and how long it took. It remembers before it reports, so that a change is told only once the history has it; a
history that cannot be used is a finding, and hides none. Then it tells people what changed, pushes metrics where asked to,
and last shows the picture as artifacts, since nobody who is paged should wait for a picture.
"""

import os
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from typing import Annotated, TypeVar, cast
from uuid import uuid4

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run, task_run
from prefect.settings import get_current_settings
from prefect.states import Completed
from prefect.utilities.annotations import quote
from pydantic import Field

from lifeguard import showing
from lifeguard.changing import opened, with_what_changed
from lifeguard.configuration import local_sources, merged
from lifeguard.escaping import visible
from lifeguard.findings import Severity
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement, judgement_of, settle, to_be_remembered
from lifeguard.metrics.after_look import standing_after
from lifeguard.metrics.push import endpoint_variable, push
from lifeguard.observe import look as stages
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.look import Look
from lifeguard.outside import heard_outside
from lifeguard.page.whom import Whom, whom_to_page
from lifeguard.proving import proven
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.keep import Kept, keep
from lifeguard.record.recall import choose, leave_for_the_next, recalled
from lifeguard.report import phrases
from lifeguard.report.shelf import Author
from lifeguard.sharding.in_parts import PARTS_AT_MOST, NotInParts, look_in_parts
from lifeguard.snapshot import Snapshot
from lifeguard.telling import tell

UNTOLD = "Untold"
LOG_LEVEL = {Severity.CRITICAL: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


T = TypeVar("T")
Shards = Annotated[int, Field(ge=1, le=PARTS_AT_MOST)]


class CouldNotLook(Exception):
    """The patrol saw nothing at all, which is the only way in which it fails."""


@flow(name="patrol", description=__doc__, persist_result=False, timeout_seconds=600)
async def patrol(pools: list[str] | None = None, shards: Shards = 1) -> State[None]:
    """Look at every work pool, or only at `pools`; ends `Degraded` when something is wrong, and fails if it cannot look.

    With `shards` above 1 so many runs of `look_at_part` share the work pools among them.
    """
    sources, patrol_id = local_sources(None, os.environ), str(uuid4())
    complain = get_run_logger().error
    async with (
        Api(connection_from_prefect(), merged(sources)) as api,
        heard_outside(api, os.environ, lambda sentence: complain("%s", sentence)) as ending,
    ):
        with api.looking(on_patrol=True):
            look, snapshot = await settle(api, sources, tuple(pools or ()), lambda _: None, utc_now())
            database = await choose(api, os.environ, get_current_settings().home) if snapshot.can_go_on else None
            if snapshot.can_go_on:
                snapshot = await seen(look, snapshot, patrol_id, shards, database)
        judgement = diagnose(look, sealed(snapshot))
        whom = await whom_to_page(api)
        kept = await remember(api, sealed(judgement), sealed(whom), patrol_id, sealed(database))
        report(sealed(kept.judgement), sealed(kept.changes))
        kept = await see_what_changed(api, sealed(kept)) if opened(kept) else kept
        told = await in_the_end(page(api, sealed(kept), sealed(whom), patrol_id, return_state=True))
        await push_metrics(kept)
        await in_the_end(leave_memory(sealed(kept), return_state=True))
        ending.failed_because = (told.message or "") if told.name == UNTOLD else ""
        await in_the_end(show(api, sealed(kept), return_state=True))
        ending.words = phrases.verdict_line(kept.judgement)
        return outcome(kept.judgement)


async def seen(look: Look, snapshot: Snapshot, patrol_id: str, shards: int, database: Database | None) -> Snapshot:
    """What all stages see: in parts where that is asked for and can be done, else here, with what patrols before read."""
    snapshot = await inspect_pools(look, sealed(snapshot))
    if shards > 1 and (in_parts := await share_out(look, sealed(snapshot), patrol_id, shards, sealed(database))):
        return in_parts
    snapshot = await recall(look, sealed(snapshot), sealed(database))
    for stage in STAGES_OF_POOLS:
        snapshot = await stage(look, sealed(snapshot))
    return snapshot


@task(name="inspect work pools", cache_policy=NO_CACHE, persist_result=False)
async def inspect_pools(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the work pools, their queues and every concurrency limit."""
    return await stages.inspect_work_pools(look, snapshot)


@task(name="share out", cache_policy=NO_CACHE, persist_result=False)
async def share_out(
    look: Look, snapshot: Snapshot, patrol_id: str, shards: int, database: Database | None
) -> Snapshot | None:
    """Let runs of their own look at parts of the pools, and put together what they saw; None where that cannot be done."""
    try:
        home = get_current_settings().home
        return await look_in_parts(look, snapshot, patrol_id, shards, home, utc_now(), database)
    except NotInParts as reason:
        get_run_logger().warning("looking in one part and not in %s: %s", shards, reason)
        return None


@task(name="recall", cache_policy=NO_CACHE, persist_result=False)
async def recall(look: Look, snapshot: Snapshot, database: Database | None) -> Snapshot:
    """Read from the history what need not be asked again while the server tells that it still holds."""
    memory = await recalled(database, snapshot, look.policy, to_be_remembered(look, snapshot))
    return replace(snapshot, memory=memory)


@task(name="count workers", cache_policy=NO_CACHE, persist_result=False)
async def count_workers(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the workers of every pool that needs some and whose are not known yet."""
    return await stages.count_pool_workers(look, snapshot)


@task(name="find overdue runs", cache_policy=NO_CACHE, persist_result=False)
async def find_overdue_runs(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read every run that should have started, or soon will."""
    return await stages.find_due_runs(look, snapshot)


@task(name="find concurrency waits", cache_policy=NO_CACHE, persist_result=False)
async def find_concurrency_waits(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read who holds slots and who waits for them."""
    return await stages.find_concurrency_waits(look, snapshot)


@task(name="find failed starts", cache_policy=NO_CACHE, persist_result=False)
async def find_failed_starts(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read the runs that ended before they started, and look twice at what seems wrong."""
    return await stages.find_runs_that_never_started(look, snapshot)


@task(name="look into clusters", cache_policy=NO_CACHE, persist_result=False)
async def look_into_clusters(look: Look, snapshot: Snapshot) -> Snapshot:
    """Read what stands behind pods, where an access to their Kubernetes cluster is saved."""
    return await stages.look_behind_pods(look, snapshot)


STAGES_OF_POOLS = (
    find_overdue_runs,
    find_concurrency_waits,
    count_workers,
    find_failed_starts,
    look_into_clusters,
)


@task(name="diagnose", cache_policy=NO_CACHE, persist_result=False)
def diagnose(look: Look, snapshot: Snapshot) -> Judgement:
    """Name the causes."""
    return judgement_of(look, stages.with_price(look, snapshot), utc_now())


@task(name="remember", cache_policy=NO_CACHE, persist_result=False)
async def remember(api: Api, judgement: Judgement, whom: Whom, patrol_id: str, database: Database | None) -> Kept:
    """Write the readings and the changes of incidents into the history, after what became of the pages before."""
    home = get_current_settings().home
    return await keep(api, judgement, patrol_id, os.environ, home, partial(proven, api, whom), database)


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
def report(judgement: Judgement, changes: Changes) -> None:
    """Write every finding into the run's own log, with its proof and what to do next."""
    logger = get_run_logger()
    logger.info("%s; %s", phrases.headline(judgement), phrases.summary(judgement.pools))
    if changes.is_recorded:
        logger.info("incidents: %s", changes.words)
    for finding in judgement.findings:
        proof = " | ".join(f"{name}: {visible(value)}" for name, value in phrases.proof(finding))
        text = (finding.code, visible(finding.title), proof, visible(" ; ".join(finding.remedy)))
        getattr(logger, LOG_LEVEL[finding.severity])("%s: %s\nproof: %s\nnext: %s", *text)
    for unseen in phrases.all_unseen(judgement.snapshot.missing):
        logger.warning("not seen: %s", visible(unseen))


@task(name="see what changed", cache_policy=NO_CACHE, persist_result=False)
async def see_what_changed(api: Api, kept: Kept) -> Kept:
    """Ask the server's events what was done in the hour before, to what an incident has just opened about."""
    return await with_what_changed(api, kept)


@task(name="page", cache_policy=NO_CACHE, persist_result=False)
async def page(api: Api, kept: Kept, whom: Whom, patrol_id: str) -> State[None]:
    """Tell the server's automations what changed, whom to page about it, and that this patrol has looked."""
    try:
        told = await tell(api, kept.judgement, kept.changes, kept.database, whom, patrol_id, kept.what_changed)
    except CallFailed as failure:
        get_run_logger().error("nobody could be told (%s); the next patrol tells it", failure.reason)
        return Completed(name=UNTOLD, message=failure.reason)
    return Completed(message=f"{told} told")


@task(name="show", cache_policy=NO_CACHE, persist_result=False)
async def show(api: Api, kept: Kept) -> State[None]:
    """Write what changed as artifacts of this run, where people look: the overview first of all."""
    author = Author(flow_run.id, task_run.id)
    shown = await showing.show(api, kept.judgement, kept.changes, kept.database, author)
    if shown.trouble:
        get_run_logger().warning("%s", shown.trouble)
    return Completed(message=f"{len(shown.keys)} written: {', '.join(shown.keys)}" if shown.keys else "nothing new")


async def push_metrics(kept: Kept) -> None:
    """Push what was seen by OTLP, where the environment says where to; a push that fails harms nothing."""
    if endpoint_variable(os.environ):
        await in_the_end(push_by_otlp(sealed(kept), return_state=True))


@task(name="push metrics", cache_policy=NO_CACHE, persist_result=False)
async def push_by_otlp(kept: Kept) -> None:
    """Push the numbers of this patrol, and the running totals of the history where there is one."""
    trouble = await push(await standing_after(kept), os.environ, utc_now())
    if trouble:
        get_run_logger().warning("%s", trouble)


@task(name="leave memory", cache_policy=NO_CACHE, persist_result=False)
async def leave_memory(kept: Kept) -> None:
    """Leave what was read for the next patrol; where that fails, it asks everything again."""
    try:
        await leave_for_the_next(kept.database, kept.judgement)
    except HistoryUnavailable as unavailable:
        get_run_logger().warning("the next patrol asks everything again: %s", unavailable)


def outcome(judgement: Judgement) -> State[None]:
    """The state that the run ends in; raises `CouldNotLook` where there was nothing to see."""
    if not judgement.snapshot.server.reachable:
        raise CouldNotLook(judgement.findings[0].title)
    message = phrases.verdict_line(judgement)
    if judgement.worst(Severity.WARNING) or not judgement.is_complete:
        return Completed(name="Degraded", message=message)
    return Completed(message=message)


def in_the_end(call: object) -> Awaitable[State[None]]:
    """What Prefect's types do not say: with `return_state`, a task that is called gives a promise of its state."""
    return cast(Awaitable[State[None]], call)


def sealed(value: T) -> T:
    """Keep Prefect from searching a picture of a large estate for futures; tasks get the value itself."""
    return cast(T, quote(value))


if __name__ == "__main__":
    import anyio

    anyio.run(patrol)
