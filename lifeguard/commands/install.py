"""`lifeguard install`: everything that Lifeguard needs on a Prefect server, put there in one go."""

import os
from collections.abc import Iterable

from lifeguard.commands.patrol import run_patrol
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import local_sources, merged
from lifeguard.installing.carry_out import carry_out
from lifeguard.installing.changes import Change
from lifeguard.installing.plan import Plan, plan
from lifeguard.installing.pool_choice import refuse_bad_name, start_a_worker
from lifeguard.installing.project import BUILD_VARIABLE, POOL_VARIABLE, read_project
from lifeguard.installing.survey import Survey, Wish, reach, survey
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.report.terminal import standard_output

CONSOLE_LEVEL = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"
"""What Prefect reads into its `logging.yml` (`load_logging_config` in prefect.logging.configuration, 3.9.1)."""
ADD_A_PAGER = (
    "Nobody is paged yet: make a notification block in the Prefect UI under Blocks, then `lifeguard arm --pager "
    "slack-webhook/NAME`."
)


def run_install(pool: str, type: str | None, pager: str | None, database_block: str | None, *, dry_run: bool) -> Status:
    """Plan, tell or do it, and look once; raises `ConfigurationError` for what cannot be done as asked."""
    refuse_bad_name(pool)
    wish = Wish(pool, type, pager, database_block, builds_image=os.environ.get(BUILD_VARIABLE) == "true")
    planned = run_async(_install, wish, dry_run)
    if planned is None:
        return Status.COULD_NOT_LOOK
    if dry_run or planned.is_settled:
        return Status.FINE
    return _look_once()


async def _install(wish: Wish, dry_run: bool) -> Plan | None:
    """What was planned, and done unless it was only to be told; None, and one sentence, where the server did not do it."""
    sources = local_sources(None, os.environ)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        try:
            with progress() as tell:
                tell("looking at what is there")
                seen = await _look_around(api, wish)
            planned = plan(seen, wish)
            if not dry_run:
                await carry_out(api, planned, wish.pool, _say_done)
        except CallFailed as failure:
            complain(
                f"{api.connection.shown_url} did not do what was asked ({failure.reason}): mend that and run this again; it "
                "goes on where it ended."
            )
            return None
        if dry_run:
            _say(change.told(ahead=True) for change in planned.changes)
        _sum_up(planned, seen, wish, api.connection.shown_url, dry_run)
        return planned


async def _look_around(api: Api, wish: Wish) -> Survey:
    from lifeguard.installing.block_types import compare_block_types

    snapshot = await reach(api, local_sources(None, os.environ))
    declared = read_project({**os.environ, POOL_VARIABLE: wish.pool})
    return await survey(api, snapshot, wish, declared, await compare_block_types(api))


def _sum_up(planned: Plan, seen: Survey, wish: Wish, shown_url: str, dry_run: bool) -> None:
    """What there is to warn of and to do next, and the sentence that sums up."""
    for warning in planned.warnings:
        complain(f"Warning: {warning}")
    if not planned.arming.armed:
        _say([ADD_A_PAGER])
    if _lacks_a_worker(planned, seen):
        _say([f"No worker is alive on the pool yet: `{start_a_worker(wish.pool)}`."])
    if planned.is_settled:
        _say([f"Nothing is to do: Lifeguard is installed on {shown_url}."])
    elif dry_run:
        count = sum(change.is_change for change in planned.changes)
        _say([f"Nothing was changed on {shown_url}: {count} to do, then one patrol."])
    else:
        _say([f"Lifeguard is installed on {shown_url}; one patrol looks now."])


def _lacks_a_worker(planned: Plan, seen: Survey) -> bool:
    pool = seen.pool
    needs_workers = pool.needs_workers if pool else planned.new_pool is not None and not planned.new_pool.is_workerless
    return needs_workers and seen.live_workers == 0


def _look_once() -> Status:
    """What it finds is no failure of the installation; that it cannot look is one."""
    os.environ.setdefault(CONSOLE_LEVEL, "ERROR")
    status = run_patrol((), None)
    if status is Status.COULD_NOT_LOOK:
        complain("The patrol could not look: `lifeguard status` says what is not well.")
        return status
    found = "found something: `lifeguard check` tells it" if status is Status.FOUND else "found nothing wrong"
    _say([f"The first patrol completed and {found}."])
    return Status.FINE


def _say_done(change: Change) -> None:
    _say([change.told(ahead=False)])


def _say(lines: Iterable[str]) -> None:
    console = standard_output()
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
